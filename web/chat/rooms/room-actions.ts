import type { AckData, ClientInput, ServerEvents } from "../../../protocol/events.ts";
import type { Room, RoomFacts } from "../../../protocol/model.ts";
import { LOBBY } from "../../../protocol/rooms.ts";
import { words } from "../../words.ts";
import { nameOfRoom, withPeople } from "../people/names.ts";
import type { ChatState } from "../state.ts";
import type { ChatStore } from "../store.ts";
import type { Wire } from "../wire/wire.ts";
import { withMine, withoutMine, withRooms } from "./known-rooms.ts";

interface Parts {
  store: ChatStore;
  wire: Wire;
  open: (room: string) => void;
}

/** What a person does with rooms and with the people in them, and what the server tells of rooms. */
export function createRoomActions({ store, wire, open }: Parts) {
  const { getState, setState } = store;

  /** A room is this person's, or has changed. */
  function take(room: Room): void {
    setState((state) => ({
      ...withRooms(state, [room]),
      ...withMine(state, room.id),
      ...withPeople(state, room.users ?? []),
    }));
  }

  /** A room has changed in what is the same for everyone in it. */
  function amend(facts: RoomFacts): void {
    setState(({ rooms }) => {
      const known = rooms[facts.id];
      if (known === undefined || facts.rev < known.rev) return {};
      const { topic: _, owner: __, ...rest } = known;
      return { rooms: { ...rooms, [facts.id]: { ...rest, ...facts } } };
    });
  }

  /** By room, the newest end of this person's membership: what is older is about an earlier one. */
  const ends = new Map<string, number>();
  const looking = new Set<string>();

  /** @returns whether what ended is the membership that is known, not an earlier one */
  function end(id: string, n: number): boolean {
    if (n < (getState().rooms[id]?.n ?? 0)) return false;
    ends.set(id, Math.max(n, ends.get(id) ?? 0));
    return true;
  }

  /**
   * This person is no longer in a room.
   * @returns whether something was never sent to it
   */
  function forget(id: string): boolean {
    const { outgoing, changes } = getState();
    const unsent = [...outgoing, ...changes].some(({ room }) => room === id);
    setState((state) => withoutMine(state, id));
    if (getState().open === id) open(LOBBY);
    return unsent;
  }

  /** This person is no longer in a room, and has not left it themselves. */
  function lose(id: string, before: ChatState = getState()): void {
    const unsent = forget(id);
    if (!before.mine.has(id)) return;
    const gone = words.rooms.lost(nameOfRoom(before, id));
    setState({ problem: unsent ? `${gone} ${words.rooms.lostUnsent}` : gone });
  }

  function receive(room: Parameters<ServerEvents["room"]>[0]): void {
    if ("gone" in room) {
      if (end(room.id, room.n)) lose(room.id);
    } else if (!("head" in room)) amend(room);
    else if ((room.n ?? 0) >= (ends.get(room.id) ?? 0)) {
      const { mine, leaving } = getState();
      const isNew = !mine.has(room.id) && leaving?.room !== room.id;
      take(room);
      if (isNew && room.kind === "private") {
        setState((state) => ({ done: words.rooms.added(nameOfRoom(state, room.id)) }));
      }
      // Joined in another tab, or invited, while this one shows that the room is not theirs.
      const { open: shown, views } = getState();
      const { status } = views[shown] ?? {};
      if (shown === room.id && (status === "preview" || status === "missing")) open(shown);
    }
  }

  return {
    receive,
    /** A message has come from a room that is not known as this person's: the event `room` is lost. */
    async lookUp(id: string): Promise<void> {
      if (looking.has(id)) return;
      looking.add(id);
      try {
        const { room } = await wire.request("getRoom", { room: id });
        // Otherwise they have left it in the meantime.
        if (room.read !== undefined) receive(room);
      } catch {
        // The next session brings the room.
      } finally {
        looking.delete(id);
      }
    },
    /** This person has left a room, here or in another tab. */
    left(room: string, n = (getState().rooms[room]?.n ?? 0) + 1): void {
      if (end(room, n)) forget(room);
    },
    /** A session has named this person's rooms: those that are missing were lost before it. */
    resume(before: ChatState): void {
      // A renewed connection has missed nothing, and the server may not count a room joined just now.
      if (before.connection === "up") return;
      for (const id of before.mine) if (!getState().mine.has(id)) lose(id, before);
    },
    /** Each rejects with the error that the server answers. */
    actions: {
      async createRoom(room: ClientInput<"createRoom">): Promise<void> {
        const made = await wire.request("createRoom", room);
        take(made.room);
        open(made.room.id);
      },
      async setRoom(change: ClientInput<"setRoom">): Promise<void> {
        const { room } = await wire.request("setRoom", change);
        take(room);
      },
      /** Opens the direct room with somebody who was found or met in a dialog. */
      async direct(user: string): Promise<void> {
        const { room } = await wire.request("direct", { user });
        take(room);
        open(room.id);
        setState({ dialog: undefined });
      },
      async findPeople(query: ClientInput<"people">): Promise<AckData["people"]> {
        const answer = await wire.request("people", query);
        setState((state) => withPeople(state, answer.people));
        return answer;
      },
      /** This person's rooms and the public ones, a page at a time. */
      async findRooms(query: ClientInput<"rooms">): Promise<AckData["rooms"]> {
        const answer = await wire.request("rooms", query);
        setState((state) => withRooms(state, answer.rooms));
        return answer;
      },
    },
  };
}
