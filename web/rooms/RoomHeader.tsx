import { useChatState } from "../context.ts";
import styles from "./RoomHeader.module.css";

export function RoomHeader({ room }: { room: string }) {
  const name = useChatState((state) => state.rooms[room]?.name ?? room);
  const topic = useChatState((state) => state.rooms[room]?.topic);
  const count = useChatState((state) => state.views[room]?.online?.count);
  return (
    <header className={styles.header}>
      <button type="button" popovertarget="rooms" className={styles.rooms}>
        Rooms
      </button>
      <h1>
        <bdi>{name}</bdi>
      </h1>
      {topic && <p className={styles.topic}>{topic}</p>}
      <span className={styles.space} />
      {count !== undefined && (
        <button type="button" popovertarget="people" className={styles.people}>
          {count} online
        </button>
      )}
    </header>
  );
}
