import type { AckData, ServerEvents } from "../../../protocol/events.ts";
import type { Room } from "../../../protocol/model.ts";
import type { Visibility } from "../attention.ts";
import { shownLog } from "../log/room-log.ts";
import { newestNotices } from "../people/presence.ts";
import type { ChatState } from "../state.ts";
import { type ChatStore, withView } from "../store.ts";
import { createTimers } from "../timers.ts";
import type { Wire } from "../wire/wire.ts";
import { withRooms } from "./known-rooms.ts";
import { isUnreadBefore, withRead } from "./unread.ts";

/** A room's first mark is sent at once, the next ones no more often than this. */
const EVERY_MS = 1_500;

interface Parts {
  store: ChatStore;
  wire: Wire;
  visibility: Pick<Visibility, "now">;
}

/**
 * Moves the read marks to what a person has seen, and keeps the "New" divider before the rest. A mark
 * stays where a message before the screen is unread: what was jumped over has not been seen.
 */
export function createReadMarks({ store, wire, visibility }: Parts) {
  const { getState, setState, setView } = store;
  /** By room, the entries on the screen, even if nobody can see it. */
  const shown = new Map<string, { first: number; last: number }>();
  /** By room, the mark that the server has. */
  const sent = new Map<string, number>();
  const isNewest = newestNotices();
  const waiting = createTimers();
  /** By room, the last mark on its way to the server. */
  const sending = new Map<string, Promise<void>>();
  /** The room that the person has marked as unread, until they come to it anew. */
  let held: string | undefined;

  function move(room: string): void {
    const { first, last } = shown.get(room) ?? {};
    const { rooms, mine, views, user } = getState();
    const read = rooms[room]?.read ?? 0;
    if (first === undefined || last === undefined || last <= read) return;
    if (!visibility.now() || !mine.has(room) || held === room) return;
    if (rooms[room]?.unread && isUnreadBefore(shownLog(views[room]), read, first, user?.id)) return;
    moveTo(room, last);
  }

  function moveTo(room: string, seq: number): void {
    setState((state) => withRead(state, room, seq) ?? {});
    if (seq > (sent.get(room) ?? 0)) sendSoon(room);
  }

  function sendSoon(room: string): void {
    if (waiting.has(room)) return;
    sending.set(room, send(room));
    waiting.set(room, EVERY_MS, () => {
      if ((getState().rooms[room]?.read ?? 0) > (sent.get(room) ?? 0)) sendSoon(room);
    });
  }

  async function send(room: string): Promise<void> {
    const seq = getState().rooms[room]?.read;
    if (seq === undefined || getState().connection !== "up") return;
    const before = sent.get(room);
    sent.set(room, seq);
    try {
      take(room, seq, await wire.request("read", { room, seq }));
    } catch {
      // It is sent with the next mark, or after the next connection.
      if (before === undefined) sent.delete(room);
      else sent.set(room, before);
    }
  }

  /** The server has this mark. Of what it says of several, the one with the highest `n` is the newest. */
  function take(room: string, seq: number, marks?: AckData["read"]): void {
    if (marks && !isNewest(room, marks.n)) return;
    const isBack = marks !== undefined && seq < (sent.get(room) ?? 0);
    sent.set(room, isBack ? seq : Math.max(sent.get(room) ?? 0, seq));
    setState((state) => withRead(state, room, seq, marks, isBack) ?? {});
  }

  /** Puts the divider before the first unread message, unless the room has a divider. */
  function showDivider(room: string): void {
    setState((state) => {
      const { unread = 0, read } = state.rooms[room] ?? {};
      if (unread === 0 || read === undefined || state.views[room] === undefined) return {};
      return withView(state, room, ({ dividerAfter }) => ({ dividerAfter: dividerAfter ?? read }));
    });
  }

  function hideDivider(room: string): void {
    setView(room, () => ({ dividerAfter: undefined }));
  }

  // A person turns from one room to another. The next visit has a divider of its own.
  store.subscribe(({ open }, before) => {
    if (open === before.open) return;
    held = undefined;
    hideDivider(before.open);
    shown.delete(open);
    showDivider(open);
  });

  return {
    /** The entries of the open room that are on the screen, from the first to the last. */
    seen(room: string, first: number, last: number): void {
      const before = shown.get(room);
      const missed = before ? first - before.last - 1 : 0;
      // While one scrolls fast, not every frame is drawn: a gap of up to a screen counts as seen.
      const isOn = before !== undefined && missed > 0 && missed <= last - first + 1;
      shown.set(room, { first: isOn ? before.first : first, last });
      move(room);
    },
    /** Everything in a room counts as read. */
    markRead(room: string): void {
      held = undefined;
      moveTo(room, getState().views[room]?.log.head ?? 0);
      hideDivider(room);
    },
    /** A message and what follows it count as unread, until the person comes to the room anew. */
    async markUnread(room: string, seq: number): Promise<void> {
      const { dividerAfter } = getState().views[room] ?? {};
      held = room;
      setView(room, () => ({ dividerAfter: seq - 1 }));
      // An earlier mark that reaches the server after this one would undo it.
      waiting.cancel(room);
      await sending.get(room);
      try {
        const marks = await wire.request("read", { room, seq: seq - 1, unread: true });
        sent.set(room, Math.max(sent.get(room) ?? 0, seq));
        take(room, seq - 1, marks);
      } catch (error) {
        if (held === room) {
          held = undefined;
          setView(room, () => ({ dividerAfter }));
        }
        throw error;
      }
    },
    /** Another tab of this person has moved the mark. */
    receive: (({ room, seq, ...marks }) => take(room, seq, marks)) satisfies ServerEvents["read"],
    /** This person's own message moves the mark to itself, as it does on the server. */
    ownMessage: (room: string, seq: number): void => take(room, seq),
    /** Sends the marks that moved while there was no connection, unless another device moved them back. */
    resume(rooms: readonly Room[], before: ChatState): void {
      for (const told of rooms) {
        const { id, read = 0 } = told;
        const was = before.rooms[id]?.read ?? 0;
        // A renewed connection has missed nothing, and its session may be older than the last mark.
        const isMovedBack = was > read && was <= (sent.get(id) ?? 0) && before.connection !== "up";
        sent.set(id, read);
        if (isMovedBack) {
          setState((state) => {
            const known = { ...(state.rooms[id] ?? told), read };
            return withRooms({ ...state, rooms: { ...state.rooms, [id]: known } }, [told]);
          });
        } else if (was > read) sendSoon(id);
      }
    },
    showDivider,
    hideDivider,
    visibilityChanged(): void {
      const { open, rooms } = getState();
      if (visibility.now()) {
        showDivider(open);
        move(open);
      } else if (!rooms[open]?.unread) hideDivider(open);
    },
    stop: waiting.stop,
  };
}
