import { hashOfRoom, LOBBY } from "../chat/links.ts";
import { useChat, useChatState } from "../context.ts";
import styles from "./RoomPane.module.css";
import { Timeline } from "./Timeline.tsx";

/** A room's timeline, or why there is none and what to do about it. */
export function RoomPane({ room }: { room: string }) {
  const chat = useChat();
  const status = useChatState((state) => state.views[room]?.status ?? "loading");
  const error = useChatState((state) => state.views[room]?.error);
  const empty = useChatState(
    ({ views, outgoing }) =>
      (views[room]?.log.entries.length ?? 0) === 0 && !outgoing.some((one) => one.room === room),
  );

  if (status === "missing") {
    return (
      <div className={styles.notice} role="status">
        <p>There is no such room, or it is not open to you.</p>
        <a href={hashOfRoom(LOBBY)}>Go to the lobby</a>
      </div>
    );
  }
  if (status === "failed" && empty) {
    return (
      <div className={styles.notice} role="status">
        <p>The room did not open. {error}</p>
        <button type="button" onClick={() => chat.openRoom(room)}>
          Try again
        </button>
      </div>
    );
  }
  if (status === "loading" && empty) {
    return (
      <div className={`${styles.notice} ${styles.loading}`} role="status">
        <p>Loading…</p>
      </div>
    );
  }
  if (empty) {
    return (
      <div className={styles.notice} role="status">
        <p>Nothing has been said here yet. Say the first word.</p>
      </div>
    );
  }
  return <Timeline room={room} />;
}
