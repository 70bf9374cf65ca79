import type { Room } from "../../../protocol/model.ts";
import type { ChatState } from "../state.ts";
import { type ChatStore, withView } from "../store.ts";
import type { Visibility } from "../wire/heartbeat.ts";
import type { Wire } from "../wire/wire.ts";
import { withRead } from "./unread.ts";

/** A room's first mark is sent at once, the next ones no more often than this. */
const EVERY_MS = 1_500;

interface Parts {
  store: ChatStore;
  wire: Wire;
  visibility: Pick<Visibility, "now">;
}

/** Moves the read marks to what a person has seen, and keeps the "New" divider before the rest. */
export function createReadMarks({ store, wire, visibility }: Parts) {
  const { getState, setState } = store;
  /** By room, the furthest entry that was on the screen, even if the page was hidden. */
  const shown = new Map<string, number>();
  /** By room, the mark that the server has. */
  const sent = new Map<string, number>();
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();

  function move(room: string): void {
    const seq = shown.get(room);
    const read = getState().rooms[room]?.read;
    if (seq === undefined || !visibility.now() || !getState().mine.has(room)) return;
    if (seq > (read ?? -1)) setState((state) => withRead(state, room, seq) ?? {});
    if (seq > (sent.get(room) ?? read ?? -1)) sendSoon(room);
  }

  function sendSoon(room: string): void {
    if (waiting.has(room)) return;
    void send(room);
    waiting.set(
      room,
      setTimeout(() => {
        waiting.delete(room);
        if ((getState().rooms[room]?.read ?? 0) > (sent.get(room) ?? 0)) sendSoon(room);
      }, EVERY_MS),
    );
  }

  async function send(room: string): Promise<void> {
    const seq = getState().rooms[room]?.read;
    if (seq === undefined || getState().connection !== "up") return;
    const before = sent.get(room);
    sent.set(room, seq);
    try {
      const left = await wire.request("read", { room, seq });
      setState((state) => withRead(state, room, seq, left) ?? {});
    } catch {
      // It is sent with the next mark, or after the next connection.
      if (before === undefined) sent.delete(room);
      else sent.set(room, before);
    }
  }

  /** The server has this mark already. */
  function moveTo(room: string, seq: number, left?: { unread: number; mentions: number }): void {
    sent.set(room, Math.max(sent.get(room) ?? 0, seq));
    setState((state) => withRead(state, room, seq, left) ?? {});
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
    if (getState().views[room]?.dividerAfter === undefined) return;
    setState((state) => withView(state, room, () => ({ dividerAfter: undefined })));
  }

  function hideDividerIfRead(room: string): void {
    if ((getState().rooms[room]?.unread ?? 0) === 0) hideDivider(room);
  }

  return {
    /** An entry of the open room is on the screen, or was scrolled past. */
    seen(room: string, seq: number): void {
      if (seq <= (shown.get(room) ?? 0)) return;
      shown.set(room, seq);
      move(room);
    },
    /** Another tab of this person has moved the mark. */
    receive(mark: { room: string; seq: number; unread: number; mentions: number }): void {
      moveTo(mark.room, mark.seq, mark);
    },
    /** This person's own message moves the mark to itself, as it does on the server. */
    ownMessage: (room: string, seq: number): void => moveTo(room, seq),
    /** Sends the marks that moved while there was no connection. */
    resume(rooms: readonly Room[], before: ChatState["rooms"]): void {
      for (const { id, read = 0 } of rooms) {
        sent.set(id, read);
        if ((before[id]?.read ?? 0) > read) sendSoon(id);
      }
    },
    showDivider,
    hideDivider,
    hideDividerIfRead,
    visibilityChanged(): void {
      const { open } = getState();
      if (visibility.now()) {
        showDivider(open);
        move(open);
      } else hideDividerIfRead(open);
    },
    stop(): void {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
