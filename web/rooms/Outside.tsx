import { Hash, Lock, SearchX } from "lucide-react";
import { useEffect, useRef } from "react";
import { LOBBY } from "../../protocol/rooms.ts";
import { canBePublic, hashOf } from "../chat/rooms/address.ts";
import { useChat, useChatState } from "../context.ts";
import { Avatar } from "../people/Avatar.tsx";
import { RoomName } from "../people/Names.tsx";
import { words } from "../words.ts";
import styles from "./Notice.module.css";

/** How many of the people in a room are shown to whoever looks at it. */
const SHOWN = 5;

/** A room that is not this person's, as the one of a link: what it is, and a way in. */
export function Outside({ room }: { room: string }) {
  const missing = useChatState((state) => state.views[room]?.status === "missing");
  const hasLobby = useChatState((state) => state.mine.has(LOBBY));
  const place = useRef<HTMLDivElement>(null);

  // The form of the first visit is gone, and the focus with it.
  useEffect(() => {
    if (document.activeElement === document.body) place.current?.focus();
  }, []);

  return (
    <div ref={place} className={`stack scrolls ${styles.notice}`} tabIndex={-1}>
      {missing ? room === LOBBY ? <NoLobby /> : <NoRoom room={room} /> : <Preview room={room} />}
      {hasLobby && <a href={hashOf({ room: LOBBY })}>{words.room.toLobby}</a>}
    </div>
  );
}

function Preview({ room }: { room: string }) {
  const chat = useChat();
  const known = useChatState((state) => state.rooms[room]);
  const online = useChatState((state) => state.views[room]?.online);
  const error = useChatState((state) => state.views[room]?.error);
  const { users = [], count = 0 } = online ?? {};
  const Icon = known?.kind === "private" ? Lock : Hash;
  return (
    <>
      <Icon size={28} aria-hidden="true" />
      <strong>{known && <RoomName room={known} />}</strong>
      {known?.topic && <p dir="auto">{known.topic}</p>}
      <div className={`row wraps ${styles.here}`}>
        {users.slice(0, SHOWN).map((user) => (
          <Avatar key={user.id} user={user} />
        ))}
        <span>
          {words.room.here(
            users.map(({ name }) => name),
            count,
          )}
        </span>
      </div>
      {count > 0 && <p className="hint">{words.room.joinMeans}</p>}
      <button type="submit" onClick={() => chat.joinRoom(room)}>
        {words.room.join}
      </button>
      <p role="alert">{error}</p>
    </>
  );
}

/** A deployment may have no room in which everybody is. */
function NoLobby() {
  const chat = useChat();
  return (
    <>
      <strong role="status">{words.room.noLobby}</strong>
      <button type="submit" onClick={() => chat.showDialog({ kind: "search" })}>
        {words.room.find}
      </button>
      <button type="button" onClick={() => chat.showDialog({ kind: "room" })}>
        {words.rooms.newRoom}
      </button>
    </>
  );
}

function NoRoom({ room }: { room: string }) {
  const chat = useChat();
  const possible = canBePublic(room);
  return (
    <>
      <SearchX size={28} aria-hidden="true" />
      <strong role="status">
        {possible ? words.room.noneOf(<bdi>{room}</bdi>) : words.room.none}
      </strong>
      <p>{possible ? words.room.canMake : words.room.noneMeans}</p>
      {possible && (
        <button type="submit" onClick={() => chat.joinRoom(room)}>
          {words.room.make}
        </button>
      )}
    </>
  );
}
