import { TYPING_EVERY_MS, TYPING_MS } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import type { ChatStore } from "../store.ts";
import { createTimers } from "../timers.ts";
import type { Wire } from "../wire/wire.ts";

/** Shows who is typing, and tells the others when this person is. */
export function createTyping({ store, wire }: { store: ChatStore; wire: Wire }) {
  const { getState, setState } = store;
  /** By room and person, when they count as no longer typing. */
  const ends = createTimers();
  /** By room, when this person's typing was last sent. */
  const sentAt = new Map<string, number>();

  function update(room: string, change: (users: readonly User[]) => readonly User[]): void {
    setState(({ typing }) => ({ typing: { ...typing, [room]: change(typing[room] ?? []) } }));
  }

  /** Somebody is no longer typing: their message has come, or they have left. */
  function end(room: string, user: string): void {
    ends.cancel(`${room} ${user}`);
    const isShown = getState().typing[room]?.some(({ id }) => id === user);
    if (isShown) update(room, (users) => users.filter(({ id }) => id !== user));
  }

  return {
    receive({ room, user }: { room: string; user: User }): void {
      if (user.id === getState().user?.id) return;
      const key = `${room} ${user.id}`;
      if (!ends.has(key)) update(room, (users) => [...users, user]);
      ends.set(key, TYPING_MS, () => end(room, user.id));
    },
    end,
    /** Tells the others that this person is typing, at most every `TYPING_EVERY_MS`. */
    send(room: string): void {
      const { connection, mine } = getState();
      const now = Date.now();
      if (connection !== "up" || !mine.has(room)) return;
      if (now - (sentAt.get(room) ?? 0) < TYPING_EVERY_MS) return;
      sentAt.set(room, now);
      // It is worth nothing later, so a failure is not made good.
      void wire.request("typing", { room }).catch(() => undefined);
    },
    stop: ends.stop,
  };
}
