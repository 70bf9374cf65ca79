import { TYPING_EVERY_MS, TYPING_MS } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import type { ChatStore } from "../store.ts";
import type { Wire } from "../wire/wire.ts";

/** Tells that one is typing, and shows who else is. */
export function createTyping({ getState, setState }: ChatStore, wire: Wire) {
  const ends = new Map<string, ReturnType<typeof setTimeout>>();
  const told = new Map<string, number>();

  function set(room: string, change: (users: readonly User[]) => readonly User[]): void {
    setState(({ typing }) => ({ typing: { ...typing, [room]: change(typing[room] ?? []) } }));
  }

  function end(room: string, user: string): void {
    const key = `${room} ${user}`;
    if (!ends.has(key)) return;
    clearTimeout(ends.get(key));
    ends.delete(key);
    set(room, (users) => users.filter(({ id }) => id !== user));
  }

  return {
    told({ room, user }: { room: string; user: User }): void {
      if (user.id === getState().user?.id) return;
      const key = `${room} ${user.id}`;
      clearTimeout(ends.get(key));
      if (!ends.has(key)) set(room, (users) => [...users, user]);
      ends.set(
        key,
        setTimeout(() => end(room, user.id), TYPING_MS),
      );
    },
    /** The person has said it, or has gone. */
    end,
    tell(room: string): void {
      const { connection, mine } = getState();
      const now = Date.now();
      if (connection !== "up" || !mine.has(room)) return;
      if (now - (told.get(room) ?? 0) < TYPING_EVERY_MS) return;
      told.set(room, now);
      // Nobody waits for it: what comes too late is worth nothing.
      void wire.request("typing", { room }).catch(() => undefined);
    },
    stop(): void {
      for (const timer of ends.values()) clearTimeout(timer);
      ends.clear();
    },
  };
}

/** Who is typing, in a few words. */
export function typingSentence(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return "";
  if (second === undefined) return `${first} is typing…`;
  if (names.length === 2) return `${first} and ${second} are typing…`;
  return `${names.length} people are typing…`;
}
