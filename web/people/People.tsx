import { useMemo } from "react";
import { LOBBY } from "../chat/links.ts";
import { useChatState } from "../context.ts";
import { LeaveRoom } from "../rooms/LeaveRoom.tsx";
import styles from "./People.module.css";

/** Who is online in the open room: a column where there is space, else opened by the count. */
export function People({ room }: { room: string }) {
  const online = useChatState((state) => state.views[room]?.online);
  const user = useChatState((state) => state.user);
  const member = useChatState((state) => state.mine.has(room));
  const users = useMemo(
    () => online?.users?.toSorted((a, b) => a.name.localeCompare(b.name)),
    [online],
  );
  return (
    <aside id="people" popover="auto" className={styles.people} aria-label="People">
      <h2>Online</h2>
      {users === undefined ? (
        <p>{online ? `${online.count} people` : ""}</p>
      ) : (
        <ul>
          {users.map(({ id, name }) => (
            <li key={id}>
              <bdi>{name}</bdi>
              {id === user?.id && <span> (you)</span>}
            </li>
          ))}
        </ul>
      )}
      {member && room !== LOBBY && <LeaveRoom key={room} room={room} />}
    </aside>
  );
}
