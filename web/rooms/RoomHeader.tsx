import { Menu, Users } from "lucide-react";
import { roomName } from "../chat/names.ts";
import { useChatState } from "../context.ts";
import styles from "./RoomHeader.module.css";

interface Props {
  room: string;
  /** Whether the column of people is shown, where there is space for one. */
  people: boolean;
  togglePeople: () => void;
}

export function RoomHeader({ room, people, togglePeople }: Props) {
  const name = useChatState(({ rooms, user }) => roomName(rooms[room], room, user));
  const topic = useChatState((state) => state.rooms[room]?.topic);
  return (
    <header className={styles.header}>
      <button type="button" popovertarget="rooms" className={`quiet icon ${styles.rooms}`}>
        <Menu size={20} aria-hidden="true" />
        <span className="visually-hidden">Rooms</span>
      </button>
      <div className={styles.title}>
        <h1>
          <bdi>{name}</bdi>
        </h1>
        {topic && <p title={topic}>{topic}</p>}
      </div>
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
    </header>
  );
}

function PeopleCount({ room }: { room: string }) {
  const count = useChatState((state) => state.views[room]?.online?.count);
  return (
    <>
      <Users size={18} aria-hidden="true" />
      {count}
      <span className="visually-hidden"> online</span>
    </>
  );
}
