import { ChevronsRight, Plus } from "lucide-react";
import { useMemo, useRef } from "react";
import { othersRooms, ownRooms } from "../chat/rooms/room-order.ts";
import { useChat, useChatState } from "../context.ts";
import { Me } from "../people/Me.tsx";
import { Wordmark } from "../Wordmark.tsx";
import { RoomLinks } from "./RoomLinks.tsx";
import styles from "./Rooms.module.css";

/** The rooms: a column, a rail or a drawer, depending on the space. */
export function Rooms() {
  const chat = useChat();
  const nav = useRef<HTMLElement>(null);
  const rooms = useChatState((state) => state.rooms);
  const mine = useChatState((state) => state.mine);
  const directory = useChatState((state) => state.directory);
  const own = useMemo(() => ownRooms(rooms, mine), [rooms, mine]);
  const others = useMemo(() => othersRooms(rooms, mine, directory.rooms), [rooms, mine, directory]);
  const close = () => nav.current?.hidePopover();

  return (
    <nav id="rooms" popover="auto" ref={nav} className={styles.rooms} aria-label="Rooms">
      <div className={styles.top}>
        <Wordmark />
        <button type="button" popovertarget="rooms" className={`quiet icon ${styles.unfold}`}>
          <ChevronsRight size={20} aria-hidden="true" />
          <span className="visually-hidden">All rooms</span>
        </button>
      </div>
      <div className={styles.lists}>
        <RoomLinks
          title="Rooms"
          action={<Add label="New room" add={() => chat.showDialog({ kind: "createRoom" })} />}
          rooms={own.filter(({ kind }) => kind !== "direct")}
          used={close}
        />
        <RoomLinks
          title="Direct messages"
          action={
            <Add label="New direct message" add={() => chat.showDialog({ kind: "findPerson" })} />
          }
          rooms={own.filter(({ kind }) => kind === "direct")}
          used={close}
        />
        <div className={styles.wide}>
          <RoomLinks title="More rooms" rooms={others} used={close} />
          {(directory.more || directory.status === "failed") && (
            <button
              type="button"
              className="quiet small"
              aria-disabled={directory.status === "loading"}
              onClick={chat.loadMoreRooms}
            >
              {directory.status === "failed" ? "Rooms did not load. Try again" : "Show more"}
            </button>
          )}
        </div>
      </div>
      <Me />
    </nav>
  );
}

function Add({ label, add }: { label: string; add: () => void }) {
  return (
    <button type="button" className="quiet icon" title={label} onClick={add}>
      <Plus size={16} aria-hidden="true" />
      <span className="visually-hidden">{label}</span>
    </button>
  );
}
