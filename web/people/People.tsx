import { LogOut, UserPlus } from "lucide-react";
import { useMemo, useRef } from "react";
import type { User } from "../../protocol/model.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { MenuItem } from "../IconButton.tsx";
import { words } from "../words.ts";
import { Avatar } from "./Avatar.tsx";
import { PersonName } from "./Names.tsx";
import styles from "./People.module.css";
import { PersonButton } from "./PersonButton.tsx";
import { usePeople } from "./usePeople.ts";

interface Props {
  room: string;
  /** Whether the column is hidden, if there is space for one. */
  folded: boolean;
}

/** Who is online in the open room: a column, or a drawer if there is no space for one. */
export function People({ room, folded }: Props) {
  const chat = useChat();
  const online = useChatState((state) => state.views[room]?.online);
  const member = useChatState((state) => state.mine.has(room));
  const direct = useChatState((state) => state.rooms[room]?.kind === "direct");
  const simple = useChatState(
    (state) => state.rooms[room]?.kind !== "private" && !ownsRoom(state, room),
  );
  const drawer = useRef<HTMLElement>(null);
  const users = useMemo(
    () => online?.users?.toSorted((a, b) => a.name.localeCompare(b.name)),
    [online],
  );

  /** Nobody is asked who can simply come back: the room is neither private nor their own. */
  function leave() {
    // As a drawer, it covers the button to undo that.
    drawer.current?.hidePopover();
    if (simple) chat.leaveRoom(room);
    else chat.showDialog({ kind: "leave", room });
  }

  return (
    <aside
      ref={drawer}
      id="people"
      popover="auto"
      className={`drawer scrolls ${styles.people}`}
      data-folded={folded}
      aria-label={words.people.title}
    >
      <h2>{words.people.online(online?.count)}</h2>
      {users !== undefined && <List room={room} users={users} />}
      {online !== undefined && users === undefined && <Many room={room} />}
      {member && (
        <div className={`menu ${styles.actions}`}>
          <MenuItem
            icon={UserPlus}
            label={direct ? words.people.members : words.people.membersAndInvitations}
            act={() => chat.showDialog({ kind: "members", room })}
          />
          {room !== LOBBY && (
            <MenuItem icon={LogOut} label={words.people.leave(direct)} act={leave} />
          )}
        </div>
      )}
    </aside>
  );
}

function List({ room, users }: { room: string; users: readonly User[] }) {
  const me = useChatState((state) => state.user?.id);
  return (
    <ul>
      {users.map((one) => (
        <li key={one.id}>
          <PersonButton user={one} room={room} className={`quiet small ${styles.person}`}>
            <Avatar user={one} room={room} />
            <PersonName user={one} />
            {one.id === me && <span className="hint">{words.people.you}</span>}
          </PersonButton>
        </li>
      ))}
    </ul>
  );
}

/** Those online are asked for page by page where the server does not tell who comes and goes. */
function Many({ room }: { room: string }) {
  const { people, loadMore, problem } = usePeople("", room);
  return (
    <>
      <List room={room} users={people.filter((one) => one.online)} />
      {loadMore && (
        <button type="button" className="quiet small" onClick={loadMore}>
          {words.page.showMore}
        </button>
      )}
      <p role="alert">{problem}</p>
    </>
  );
}
