import type { ServerEvents } from "../../../protocol/events.ts";
import type { Online, User } from "../../../protocol/model.ts";
import { LOBBY } from "../../../protocol/rooms.ts";
import type { RoomNotice } from "../state.ts";
import type { ChatStore } from "../store.ts";
import { createTimers } from "../timers.ts";
import type { Wire } from "../wire/wire.ts";
import { withPeople } from "./names.ts";

/** Somebody who comes back within this time is not shown as gone. */
export const LEAVE_MS = 10_000;

/** How many notices of joining and leaving a room's view keeps. */
const MAX_NOTICES = 50;

/** Who is online in the rooms, and who joins and leaves them. */
export function createPresence({ store, wire }: { store: ChatStore; wire: Pick<Wire, "request"> }) {
  const { getState, setState, setView } = store;
  const isNewest = newestNotices();
  /**
   * By room, everyone ever seen there, and whether they have not left it since: a `presence` notice does
   * not name the person's rooms.
   */
  const seenIn = new Map<string, Map<string, boolean>>();
  /** By person, when they are shown as gone. */
  const leaving = createTimers();
  /** Whether people came or went since the server was asked: when many do, notices are lost. */
  let hasMoved = false;

  function note(room: string, id: string, isIn: boolean): void {
    seenIn.set(room, (seenIn.get(room) ?? new Map()).set(id, isIn));
  }

  /** These people are in a room now, whatever the last notice about them said. */
  function seen(room: string, users: readonly User[]): void {
    for (const { id } of users) {
      note(room, id, true);
      leaving.cancel(id);
    }
    setState((state) => ({
      ...withPeople(state, users),
      present: new Set([...state.present, ...users.map(({ id }) => id)]),
    }));
  }

  /** The server has listed who is online in a room. */
  function take(room: string, online: Online): void {
    if (online.users) {
      const { present, views } = getState();
      const known = views[room]?.online?.users?.map(({ id }) => id) ?? [];
      // Everyone is in the lobby, so whoever is not online there is not online anywhere.
      const before = room === LOBBY ? present : new Set(known);
      setState({ present: new Set([...present].filter((id) => !before.has(id))) });
      seen(room, online.users);
    }
    setView(room, () => ({ online }));
  }

  /** @returns whether there was an answer; otherwise the next look tells */
  async function look(room: string): Promise<boolean> {
    const answer = await wire.request("getRoom", { room }).catch(() => undefined);
    if (answer) take(room, answer.online);
    return answer !== undefined;
  }

  function isKnownIn(room: string, user: User): boolean {
    const isIn = room === LOBBY || seenIn.get(room)?.get(user.id);
    if (isIn !== undefined) return isIn;
    const { log } = getState().views[room] ?? {};
    return log?.entries.some(({ author }) => author.id === user.id) ?? false;
  }

  function update(room: string, user: User, isHere: boolean): void {
    setView(room, ({ online }) => ({ online: online && withPerson(online, user, isHere) }));
  }

  function addNotice(room: string, kind: RoomNotice["kind"], user: User): void {
    setView(room, ({ notices, log }) => ({
      notices: [...notices, { kind, user, at: Date.now(), after: log.head }].slice(-MAX_NOTICES),
    }));
  }

  function rename(user: User): void {
    setState((state) => ({
      ...withPeople(state, [user]),
      // This person may have chosen another name in another tab.
      ...(state.user?.id === user.id && { user: { ...state.user, name: user.name } }),
    }));
  }

  function showOnline(user: User): void {
    leaving.cancel(user.id);
    setState(({ present }) => ({ present: new Set([...present, user.id]) }));
    for (const room of Object.keys(getState().views)) {
      if (isKnownIn(room, user)) update(room, user, true);
    }
  }

  function showOffline(user: User): void {
    setState(({ present }) => ({ present: new Set([...present].filter((id) => id !== user.id)) }));
    for (const room of Object.keys(getState().views)) update(room, user, false);
  }

  return {
    take,
    /** Only those who watch a room are told of presence in it: direct rooms would show an old state. */
    async lookAround(): Promise<void> {
      const { open, rooms, mine } = getState();
      const hasDirect = [...mine].some((id) => rooms[id]?.kind === "direct");
      if (open !== LOBBY && hasDirect) await look(LOBBY);
    },
    /** Asks who is online in the open room, if notices of it may have been lost or name nobody. */
    async correct(): Promise<void> {
      const { open, views } = getState();
      const { online } = views[open] ?? {};
      if (online === undefined || (online.users && !hasMoved)) return;
      hasMoved = false;
      if (!(await look(open))) hasMoved = true;
    },
    /** This person has a new name. The server tells that only to their other tabs. */
    renamed(user: User): void {
      rename(user);
      showOnline(user);
    },
    joined(room: string, user: User): void {
      hasMoved = true;
      seen(room, [user]);
      update(room, user, true);
      addNotice(room, "joined", user);
    },
    left(room: string, user: User): void {
      hasMoved = true;
      note(room, user.id, false);
      update(room, user, false);
      addNotice(room, "left", user);
    },
    /** Somebody came online, went offline or has a new name. */
    receive: (({ user, online, n }) => {
      hasMoved = true;
      if (!isNewest(user.id, n)) return;
      rename(user);
      if (online) showOnline(user);
      else if (!leaving.has(user.id)) leaving.set(user.id, LEAVE_MS, () => showOffline(user));
    }) satisfies ServerEvents["presence"],
    stop: leaving.stop,
  };
}

/** Who is online in a room, with or without somebody. A count without names stays as it is. */
export function withPerson(online: Online, user: User, isHere: boolean): Online {
  if (online.users === undefined) return online;
  const others = online.users.filter(({ id }) => id !== user.id);
  const users = isHere ? [...others, user] : others;
  return { count: users.length, users };
}

/**
 * Notices can overtake each other. Each carries a number `n` that grows for what it is about.
 * @returns a function that tells whether no newer notice about the same has come before
 */
export function newestNotices(): (about: string, n: number) => boolean {
  const seen = new Map<string, number>();
  return (about, n) => {
    if (n < (seen.get(about) ?? 0)) return false;
    seen.set(about, n);
    return true;
  };
}
