import type { Room } from "../../../protocol/model.ts";
import { type ChatState, type ChatStore, withView } from "../store.ts";
import type { Wire } from "../wire/wire.ts";
import { withRead } from "./unread.ts";

/** A mark is told at once, and the next ones of a room no more often than this. */
const EVERY_MS = 1_500;

interface Parts {
  store: ChatStore;
  wire: Wire;
  /** Whether a person can see the page. */
  visible: () => boolean;
}

/** Marks as read what a person has had before their eyes. */
export function createReadMarks({ store, wire, visible }: Parts) {
  const { getState, setState } = store;
  /** The furthest entry that was on the screen, though the page may have been hidden. */
  const shown = new Map<string, number>();
  const told = new Map<string, number>();
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();

  function mark(room: string): void {
    const seq = shown.get(room);
    const read = getState().rooms[room]?.read;
    if (seq === undefined || !visible() || !getState().mine.has(room)) return;
    if (seq > (read ?? -1)) setState((state) => withRead(state, room, seq) ?? {});
    if (seq > (told.get(room) ?? read ?? -1)) later(room);
  }

  function later(room: string): void {
    if (waiting.has(room)) return;
    void tell(room);
    waiting.set(
      room,
      setTimeout(() => {
        waiting.delete(room);
        if ((getState().rooms[room]?.read ?? 0) > (told.get(room) ?? 0)) later(room);
      }, EVERY_MS),
    );
  }

  async function tell(room: string): Promise<void> {
    const seq = getState().rooms[room]?.read;
    if (seq === undefined || getState().connection !== "up") return;
    const before = told.get(room);
    told.set(room, seq);
    try {
      const left = await wire.request("read", { room, seq });
      setState((state) => withRead(state, room, seq, left) ?? {});
    } catch {
      // The next mark, or the next session, tells it again.
      if (before === undefined) told.delete(room);
      else told.set(room, before);
    }
  }

  /** Puts the divider before what is unread in the room, where nothing is to stay. */
  function divide(room: string): void {
    setState((state) => {
      const { unread = 0, read } = state.rooms[room] ?? {};
      if (unread === 0 || read === undefined || state.views[room] === undefined) return {};
      return withView(state, room, ({ dividerAfter }) => ({ dividerAfter: dividerAfter ?? read }));
    });
  }

  /** Takes the divider away, if what follows it has been read. */
  function undivide(room: string): void {
    setState((state) =>
      state.views[room]?.dividerAfter === undefined || (state.rooms[room]?.unread ?? 0) > 0
        ? {}
        : withView(state, room, () => ({ dividerAfter: undefined })),
    );
  }

  return {
    /** An entry of the open room is on the screen, or was scrolled past. */
    seen(room: string, seq: number): void {
      if (seq <= (shown.get(room) ?? 0)) return;
      shown.set(room, seq);
      mark(room);
    },
    /** What another tab of the person has read. */
    toldRead(notice: { room: string; seq: number; unread: number; mentions: number }): void {
      const { room, seq } = notice;
      told.set(room, Math.max(told.get(room) ?? 0, seq));
      setState((state) => withRead(state, room, seq, notice) ?? {});
    },
    /** The rooms as a session tells them: what was read while there was none is told now. */
    resume(rooms: readonly Room[], before: ChatState["rooms"]): void {
      for (const { id, read = 0 } of rooms) {
        told.set(id, read);
        if ((before[id]?.read ?? 0) > read) later(id);
      }
    },
    divide,
    undivide,
    /** A message of one's own moves the mark to itself, as it does at the server. */
    wrote(room: string, seq: number): void {
      told.set(room, Math.max(told.get(room) ?? 0, seq));
      setState((state) => withRead(state, room, seq) ?? {});
    },
    /** What was unread before one's own message has been read. */
    written(room: string): void {
      setState((state) =>
        state.views[room] ? withView(state, room, () => ({ dividerAfter: undefined })) : {},
      );
    },
    /** The page was hidden, or is looked at again. */
    visibilityChanged(): void {
      const { open } = getState();
      if (visible()) {
        divide(open);
        mark(open);
      } else undivide(open);
    },
    stop(): void {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
