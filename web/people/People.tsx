import { useMemo, useState } from "react";
import { LOBBY } from "../../protocol/rooms.ts";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import styles from "./People.module.css";
import { PersonName } from "./PersonName.tsx";

interface Props {
  room: string;
  /** Whether the column is hidden, if there is space for one. */
  folded: boolean;
}

/** Who is online in the open room: a column, or a drawer if there is no space for one. */
export function People({ room, folded }: Props) {
  const chat = useChat();
  const online = useChatState((state) => state.views[room]?.online);
  const user = useChatState((state) => state.user);
  const member = useChatState((state) => state.mine.has(room));
  const direct = useChatState((state) => state.rooms[room]?.kind === "direct");
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
      aria-label={words.people.title}
    >
      <h2>{words.people.online(online?.count)}</h2>
      {users === undefined ? (
        <p>{online && words.people.tooMany}</p>
      ) : (
        <ul>
          {users.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className={`quiet small ${styles.person}`}
                onClick={() => chat.showDialog({ kind: "person", user: one, room })}
              >
                <Avatar user={one} />
                <PersonName user={one} />
                {one.id === user?.id && <span className={styles.you}>{words.people.you}</span>}
              </button>
            </li>
          ))}
        </ul>
      )}
      {member && (
        <div className={styles.actions}>
          <button
            type="button"
            className="quiet small"
            onClick={() => chat.showDialog({ kind: "members", room })}
          >
            {direct ? words.people.members : words.people.membersAndInvitations}
          </button>
          {room !== LOBBY && <LeaveRoom key={room} room={room} />}
        </div>
      )}
    </aside>
  );
}

function LeaveRoom({ room }: { room: string }) {
  const chat = useChat();
  const [problem, setProblem] = useState("");
  return (
    <>
      <button
        type="button"
        className="quiet small"
        onClick={() => {
          chat.leaveRoom(room).catch((error) => setProblem(sentenceOf(error)));
        }}
      >
        {words.people.leave}
      </button>
      <p role="status">{problem}</p>
    </>
  );
}
