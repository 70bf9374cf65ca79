import type { Online, User } from "../../../protocol/model.ts";
import { LOBBY } from "../rooms/address.ts";
import { type ChatStore, type RoomNotice, withView } from "../store.ts";
import { withName, withPeople } from "./names.ts";
import { newestNotices, withoutPerson, withPerson } from "./online.ts";

/** Who comes back within this time was never away. */
export const LEAVE_MS = 10_000;

/** Notices that a room keeps: they are about now, and no part of its history. */
const MAX_NOTICES = 50;

/** Who is online in the rooms, and who comes into them and leaves them. */
export function createPresence({ getState, setState }: ChatStore) {
  const isNewest = newestNotices();
  /** Who was ever seen in a room: a notice of presence does not say which rooms it is about. */
  const known = new Map<string, Set<string>>();
  const leaving = new Map<string, ReturnType<typeof setTimeout>>();

  /** Whoever is here has not gone, though the word of their coming back may have been missed. */
  function stay(user: string): void {
    clearTimeout(leaving.get(user));
    leaving.delete(user);
  }

  function know(room: string, users: readonly User[]): void {
    const seen = known.get(room) ?? new Set();
    for (const { id } of users) {
      seen.add(id);
      stay(id);
    }
    known.set(room, seen);
    setState((state) => withPeople(state, users));
  }

  function isKnownIn(room: string, user: User): boolean {
    if (room === LOBBY || known.get(room)?.has(user.id)) return true;
    const { log } = getState().views[room] ?? {};
    return log?.entries.some(({ author }) => author.id === user.id) ?? false;
  }

  function setOnline(room: string, change: (online: Online) => Online): void {
    if (getState().views[room] === undefined) return;
    setState((state) =>
      withView(state, room, ({ online }) => ({ online: online && change(online) })),
    );
  }

  function note(room: string, kind: RoomNotice["kind"], user: User): void {
    if (getState().views[room] === undefined) return;
    setState((state) =>
      withView(state, room, ({ notices, log }) => ({
        notices: [...notices, { kind, user, at: Date.now(), after: log.head }].slice(-MAX_NOTICES),
      })),
    );
  }

  function name(user: User): void {
    setState((state) => ({
      ...withPeople(state, [user]),
      rooms: withName(state.rooms, user),
      // Who has another name from now on may be oneself, in another tab.
      ...(state.user?.id === user.id && { user: { ...state.user, name: user.name } }),
    }));
  }

  function came(user: User): void {
    stay(user.id);
    for (const room of Object.keys(getState().views)) {
      if (isKnownIn(room, user)) setOnline(room, (online) => withPerson(online, user));
    }
  }

  function went(user: User): void {
    leaving.delete(user.id);
    for (const room of Object.keys(getState().views)) {
      setOnline(room, (online) => withoutPerson(online, user));
    }
  }

  return {
    know,
    /** Oneself has another name from now on: the server tells only the person's other tabs. */
    renamed(user: User): void {
      name(user);
      came(user);
    },
    joined(room: string, user: User): void {
      know(room, [user]);
      setOnline(room, (online) => withPerson(online, user));
      note(room, "joined", user);
    },
    left(room: string, user: User): void {
      setOnline(room, (online) => withoutPerson(online, user));
      note(room, "left", user);
    },
    told(notice: { user: User; online: boolean; n: number }): void {
      if (!isNewest(notice)) return;
      const { user, online } = notice;
      name(user);
      if (online) came(user);
      else if (!leaving.has(user.id)) {
        leaving.set(
          user.id,
          setTimeout(() => went(user), LEAVE_MS),
        );
      }
    },
    stop(): void {
      for (const timer of leaving.values()) clearTimeout(timer);
      leaving.clear();
    },
  };
}
