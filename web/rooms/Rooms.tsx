import { useEffect, useMemo, useRef, useState } from "react";
import type { AckData } from "../../protocol/events.ts";
import { LOBBY } from "../../protocol/rooms.ts";
import { othersRooms, ownRooms } from "../chat/rooms/room-order.ts";
import { useChat, useChatState } from "../context.ts";
import { Avatar } from "../people/Avatar.tsx";
import { useAnswer } from "../useAnswer.ts";
import { Wordmark } from "../Wordmark.tsx";
import { words } from "../words.ts";
import { RoomLinks } from "./RoomLinks.tsx";
import styles from "./Rooms.module.css";

/** A list of rooms that is no older than this is not asked for again. */
const FRESH_MS = 10_000;

type Listed = AckData["rooms"];

/** The rooms: a column, or a drawer if there is no space for one. */
export function Rooms() {
  const chat = useChat();
  const nav = useRef<HTMLElement>(null);
  const rooms = useChatState((state) => state.rooms);
  const mine = useChatState((state) => state.mine);
  // Each connection tells who this person is: the list is asked for anew.
  const connected = useChatState(({ connection, user }) =>
    connection === "up" ? user : undefined,
  );
  const [asked, setAsked] = useState(Date.now);
  const question = useMemo(() => connected && { asked }, [connected, asked]);
  const { answer, asking, problem, askMore } = useAnswer<Listed>(question, async (known) => {
    const page = await chat.findRooms({ after: known?.after });
    return { ...page, rooms: [...(known?.rooms ?? []), ...page.rooms] };
  });
  const own = useMemo(() => ownRooms(rooms, mine), [rooms, mine]);
  const others = useMemo(() => othersRooms(rooms, mine, answer?.rooms), [rooms, mine, answer]);
  const close = () => nav.current?.hidePopover();
  // The server tells nobody of a new public room: who comes to look is shown the rooms of now.
  const askAnew = () => setAsked((at) => (Date.now() - at < FRESH_MS ? at : Date.now()));
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && askAnew();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);

  return (
    <nav
      id="rooms"
      popover="auto"
      onToggle={askAnew}
      ref={nav}
      className={`drawer ${styles.rooms}`}
      aria-label={words.rooms.title}
    >
      <div className={styles.top}>
        <Wordmark />
      </div>
      <div className={`stack scrolls ${styles.lists}`}>
        <RoomLinks
          title={words.rooms.title}
          add="room"
          rooms={own.filter(({ kind }) => kind !== "direct")}
          used={close}
        />
        <RoomLinks
          title={words.rooms.direct}
          // People are found in the lobby.
          add={mine.has(LOBBY) ? "findPerson" : undefined}
          rooms={own.filter(({ kind }) => kind === "direct")}
          used={close}
        />
        <div className={styles.wide}>
          <RoomLinks title={words.rooms.more} rooms={others} used={close} />
          {(answer?.more || problem) && (
            <button type="button" className="quiet small" aria-disabled={asking} onClick={askMore}>
              {problem ? words.rooms.notLoaded : words.page.showMore}
            </button>
          )}
        </div>
      </div>
      <Me />
    </nav>
  );
}

/** This person, and the way to their account. */
function Me() {
  const chat = useChat();
  const user = useChatState((state) => state.user);
  const room = useChatState((state) => state.open);
  if (user === undefined) return null;
  return (
    <button
      type="button"
      className={`quiet ${styles.me}`}
      title={user.name}
      onClick={() => chat.showDialog({ kind: "account" })}
    >
      <Avatar user={user} room={room} />
      <span className="visually-hidden">{words.account.me}</span>
      <bdi className="cut">{user.name}</bdi>
    </button>
  );
}
