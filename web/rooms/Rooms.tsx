import { type RefObject, useMemo, useRef } from "react";
import type { Room } from "../../protocol/model.ts";
import { hashOfRoom } from "../chat/links.ts";
import { othersRooms, ownRooms } from "../chat/room-order.ts";
import { useChat, useChatState } from "../context.ts";
import { OpenRoom } from "./OpenRoom.tsx";
import styles from "./Rooms.module.css";

/** The rooms: a column where there is space, else opened by the header's button. */
export function Rooms() {
  const chat = useChat();
  const nav = useRef<HTMLElement>(null);
  const rooms = useChatState((state) => state.rooms);
  const mine = useChatState((state) => state.mine);
  const directory = useChatState((state) => state.directory);
  const own = useMemo(() => ownRooms(rooms, mine), [rooms, mine]);
  const others = useMemo(() => othersRooms(rooms, mine, directory.rooms), [rooms, mine, directory]);

  return (
    <nav id="rooms" popover="auto" ref={nav} className={styles.rooms} aria-label="Rooms">
      <h2>Your rooms</h2>
      <RoomLinks rooms={own} nav={nav} />
      {others.length > 0 && (
        <>
          <h2>Public rooms</h2>
          <RoomLinks rooms={others} nav={nav} />
        </>
      )}
      {(directory.more || directory.status === "failed") && (
        <button
          type="button"
          aria-disabled={directory.status === "loading"}
          onClick={chat.loadMoreRooms}
        >
          {directory.status === "failed" ? "Rooms did not load. Try again" : "More rooms"}
        </button>
      )}
      <OpenRoom opened={() => nav.current?.hidePopover()} />
    </nav>
  );
}

function RoomLinks({ rooms, nav }: { rooms: readonly Room[]; nav: RefObject<HTMLElement | null> }) {
  const open = useChatState((state) => state.open);
  return (
    <ul>
      {rooms.map(({ id, name }) => (
        <li key={id}>
          <a
            href={hashOfRoom(id)}
            aria-current={id === open ? "page" : undefined}
            onClick={() => nav.current?.hidePopover()}
          >
            <bdi>{name}</bdi>
          </a>
        </li>
      ))}
    </ul>
  );
}
