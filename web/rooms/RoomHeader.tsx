import { Menu, Search, Settings2, Users } from "lucide-react";
import { useSyncExternalStore } from "react";
import { LOBBY } from "../../protocol/rooms.ts";
import { ownsRoom } from "../chat/rooms/known-rooms.ts";
import { unreadInAll } from "../chat/rooms/unread.ts";
import { useChat, useChatState } from "../context.ts";
import { IconButton } from "../IconButton.tsx";
import { RoomName } from "../people/Names.tsx";
import { MessageText } from "../timeline/text/MessageText.tsx";
import { words } from "../words.ts";
import styles from "./RoomHeader.module.css";

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
  const elsewhere = useChatState((state) => unreadInAll(state) - (state.rooms[room]?.unread ?? 0));
  const count = useChatState((state) => state.views[room]?.online?.count);
  const isWide = useSyncExternalStore(onWidth, () => wide.matches);
  const topic = known?.topic;
  return (
    <header className={`row ${styles.header}`}>
      <IconButton
        icon={Menu}
        size={20}
        label={words.rooms.title}
        popovertarget="rooms"
        className={`${styles.rooms} ${elsewhere > 0 ? "dot" : ""}`}
        data-unread={elsewhere > 0}
        title={elsewhere > 0 ? words.rooms.unread(elsewhere, false) : undefined}
      />
      <div className={`row ${styles.title}`}>
        <h1 className="cut">
          {missing && (room === LOBBY ? words.rooms.title : words.room.notFound)}
          {!missing && (known ? <RoomName room={known} /> : words.room.loading)}
        </h1>
        {topic && (
          <>
            <button type="button" popovertarget="topic" className="quiet small cut" title={topic}>
              {topic}
            </button>
            <div id="topic" popover="auto" className={`panel ${styles.topic}`}>
              <MessageText text={topic} edited={false} room={room} />
            </div>
          </>
        )}
      </div>
      {owned && (
        <IconButton
          icon={Settings2}
          label={words.rooms.settings}
          act={() => chat.showDialog({ kind: "room", room })}
        />
      )}
      <IconButton
        icon={Search}
        label={words.search.title}
        act={() => chat.showDialog({ kind: "search" })}
      />
      {!missing && (
        <button
          type="button"
          className="quiet small"
          popovertarget="people"
          aria-expanded={isWide ? people : undefined}
          onClick={(event) => {
            if (!isWide) return;
            event.preventDefault();
            togglePeople();
          }}
        >
          <Users size={18} aria-hidden="true" />
          <span aria-hidden="true">{count}</span>
          <span className="visually-hidden">{words.people.onlineCount(count ?? 0)}</span>
        </button>
      )}
    </header>
  );
}

/** Whether there is space for the column of people. Where there is none, it is a drawer. */
const wide = matchMedia("(min-width: 1024px)");

function onWidth(changed: () => void): () => void {
  wide.addEventListener("change", changed);
  return () => wide.removeEventListener("change", changed);
}
