import { Hash, Lock, Plus } from "lucide-react";
import { useId } from "react";
import type { Room } from "../../protocol/model.ts";
import { roomName } from "../chat/people/names.ts";
import { hashOf } from "../chat/rooms/address.ts";
import { useChat, useChatState } from "../context.ts";
import { IconButton } from "../IconButton.tsx";
import { Avatar } from "../people/Avatar.tsx";
import { RoomName } from "../people/Names.tsx";
import { words } from "../words.ts";
import styles from "./Rooms.module.css";

interface Props {
  title: string;
  /** The dialog that the button beside the title opens. */
  add?: "room" | "findPerson" | undefined;
  rooms: readonly Room[];
  /** A link was followed. */
  used: () => void;
}

export function RoomLinks({ title, add, rooms, used }: Props) {
  const chat = useChat();
  const open = useChatState((state) => state.open);
  const heading = useId();
  const user = useChatState((state) => state.user);
  const people = useChatState((state) => state.people);
  if (rooms.length === 0 && add === undefined) return null;
  return (
    <section className={styles.section} aria-labelledby={heading}>
      <div className={`row apart ${styles.heading}`}>
        <h2 id={heading}>{title}</h2>
        {add && (
          <IconButton
            icon={Plus}
            size={16}
            label={add === "room" ? words.rooms.newRoom : words.rooms.newDirect}
            act={() => chat.showDialog({ kind: add })}
          />
        )}
      </div>
      <ul>
        {rooms.map((room) => (
          <li key={room.id}>
            <a
              className="row"
              href={hashOf({ room: room.id })}
              title={roomName({ people, user }, room)}
              aria-current={room.id === open ? "page" : undefined}
              data-unread={room.unread > 0}
              onClick={used}
            >
              <RoomSign room={room} />
              <RoomName room={room} />
              <Unread room={room} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What kind of room it is, or whom it is with. */
export function RoomSign({ room }: { room: Room }) {
  const me = useChatState((state) => state.user?.id);
  const other = room.users?.find(({ id }) => id !== me);
  const online = useChatState(({ present }) => other !== undefined && present.has(other.id));
  if (other) return <Avatar user={other} online={online || undefined} />;
  const Icon = room.kind === "private" ? Lock : Hash;
  return <Icon size={16} aria-hidden="true" />;
}

function Unread({ room: { unread, mentions, kind } }: { room: Room }) {
  if (unread === 0) return null;
  return (
    <span className={styles.unread} data-mentioned={mentions > 0 || kind === "direct"}>
      <span aria-hidden="true">{unread > 99 ? "99+" : unread}</span>
      <span className="visually-hidden">{words.rooms.unread(unread, mentions > 0)}</span>
    </span>
  );
}
