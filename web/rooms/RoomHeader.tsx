import { Menu, Search, Settings2, Users } from "lucide-react";
import type { ReactNode } from "react";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import styles from "./RoomHeader.module.css";
import { RoomName } from "./RoomName.tsx";

interface Props {
  room: string;
  /** Whether the column of people is shown, if there is space for one. */
  people: boolean;
  togglePeople: () => void;
}

export function RoomHeader({ room, people, togglePeople }: Props) {
  const chat = useChat();
  const owned = useChatState((state) => ownsRoom(state, room));
  const missing = useChatState((state) => state.views[room]?.status === "missing");
  const known = useChatState((state) => state.rooms[room]);
  const topic = known?.topic;
  return (
    <header className={styles.header}>
      <button type="button" popovertarget="rooms" className={`quiet icon ${styles.rooms}`}>
        <Menu size={20} aria-hidden="true" />
        <span className="visually-hidden">{words.rooms.title}</span>
      </button>
      <div className={styles.title}>
        <h1>{missing ? words.room.notFound : known && <RoomName room={known} />}</h1>
        {topic && <p title={topic}>{topic}</p>}
      </div>
      {owned && (
        <IconButton
          label={words.rooms.settings}
          click={() => chat.showDialog({ kind: "room", room })}
        >
          <Settings2 size={18} aria-hidden="true" />
        </IconButton>
      )}
      <IconButton label={words.search.title} click={() => chat.showDialog({ kind: "search" })}>
        <Search size={18} aria-hidden="true" />
      </IconButton>
      {!missing && (
        <>
          <button type="button" popovertarget="people" className={`quiet small ${styles.drawer}`}>
            <PeopleCount room={room} />
          </button>
          <button
            type="button"
            className={`quiet small ${styles.column}`}
            aria-expanded={people}
            aria-controls="people"
            onClick={togglePeople}
          >
            <PeopleCount room={room} />
          </button>
        </>
      )}
    </header>
  );
}

function IconButton(props: { label: string; click: () => void; children: ReactNode }) {
  const { label, click, children } = props;
  return (
    <button type="button" className="quiet icon" title={label} onClick={click}>
      {children}
      <span className="visually-hidden">{label}</span>
    </button>
  );
}

function PeopleCount({ room }: { room: string }) {
  const count = useChatState((state) => state.views[room]?.online?.count);
  return (
    <>
      <Users size={18} aria-hidden="true" />
      <span aria-hidden="true">{count}</span>
      <span className="visually-hidden">{words.people.onlineCount(count ?? 0)}</span>
    </>
  );
}
