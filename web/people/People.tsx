import { useMemo } from "react";
import { LOBBY } from "../chat/links.ts";
import { useChatState } from "../context.ts";
import { LeaveRoom } from "../rooms/LeaveRoom.tsx";
import { Avatar } from "./Avatar.tsx";
import styles from "./People.module.css";

interface Props {
  room: string;
  /** Out of the way, where it would be a column. */
  folded: boolean;
}

/** Who is online in the open room: a column where there is space, else opened by the count. */
export function People({ room, folded }: Props) {
  const online = useChatState((state) => state.views[room]?.online);
  const user = useChatState((state) => state.user);
  const member = useChatState((state) => state.mine.has(room));
  const users = useMemo(
    () => online?.users?.toSorted((a, b) => a.name.localeCompare(b.name)),
    [online],
  );
  return (
    <aside
      id="people"
      popover="auto"
      className={styles.people}
      data-folded={folded}
      aria-label="People"
    >
      <h2>Online{online && ` · ${online.count}`}</h2>
      {users === undefined ? (
        <p>{online && "Too many people to name them all."}</p>
      ) : (
        <ul>
          {users.map((one) => (
            <li key={one.id}>
              <Avatar user={one} />
              <bdi>{one.name}</bdi>
              {one.id === user?.id && <span className={styles.you}>(you)</span>}
            </li>
          ))}
        </ul>
      )}
      {member && room !== LOBBY && <LeaveRoom key={room} room={room} />}
    </aside>
  );
}
