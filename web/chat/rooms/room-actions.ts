import type { AckData, ClientInput, ServerEvents } from "../../../protocol/events.ts";
import type { Room, RoomFacts } from "../../../protocol/model.ts";
import { roomName, withPeople } from "../people/names.ts";
import { type ChatState, type ChatStore, withMine, withoutMine, withRooms } from "../store.ts";
import type { Wire } from "../wire/wire.ts";
import { LOBBY } from "./address.ts";

interface Parts {
  store: ChatStore;
  wire: Wire;
  open: (room: string) => void;
  /** Gives up what waits to be sent to a room. @returns whether anything did */
  giveUp: (room: string) => boolean;
}

/** What a person does with rooms and people. Each rejects with what the server said. */
export function createRoomActions({ store, wire, open, giveUp }: Parts) {
  const { getState, setState } = store;

  function take(room: Room): void {
    setState((state) => ({ ...withRooms(state, [room]), ...withMine(state, room.id) }));
    setState((state) => withPeople(state, room.users ?? []));
  }

  /** What is the same of the room for everyone has changed. */
  function amend(facts: RoomFacts): void {
    setState(({ rooms }) => {
      const known = rooms[facts.id];
      if (known === undefined) return {};
      const { topic: _, owner: __, ...rest } = known;
      return { rooms: { ...rooms, [facts.id]: { ...rest, ...facts } } };
    });
  }

  /** The room is no longer one's own. @returns whether something was never sent to it */
  function forget(id: string): boolean {
    const unsent = giveUp(id);
    setState((state) => withoutMine(state, id));
    if (getState().open === id) open(LOBBY);
    return unsent;
  }

  function lose(id: string, { mine, rooms, user }: ChatState = getState()): void {
    const unsent = forget(id);
    if (!mine.has(id)) return;
    const gone = `You are no longer in ${roomName(rooms[id], id, user)}.`;
    setState({ problem: unsent ? `${gone} What you wrote last was not sent.` : gone });
  }

  return {
    /** A room that is new to this person, or changed, or no longer theirs. */
    toldRoom(room: Parameters<ServerEvents["room"]>[0]): void {
      if ("gone" in room) lose(room.id);
      else if ("head" in room) take(room);
      else amend(room);
    },
    forget: (room: string): void => void forget(room),
    /** The rooms of a new session are known: what is missing ended while there was none. */
    resume(before: ChatState): void {
      // A renewal leaves nothing out, and may have looked before a room that was just joined.
      if (before.connection === "up") return;
      for (const id of before.mine) if (!getState().mine.has(id)) lose(id, before);
    },
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
      async leaveRoom(room: string): Promise<void> {
        if (room === LOBBY) return;
        await wire.request("leaveRoom", { room });
        forget(room);
      },
      /** Opens the room of oneself and one other. */
      async direct(user: string): Promise<void> {
        const { room } = await wire.request("direct", { user });
        take(room);
        open(room.id);
      },
      async invite(room: string, user: string): Promise<void> {
        await wire.request("invite", { room, user });
      },
      async removePerson(room: string, user: string): Promise<void> {
        await wire.request("remove", { room, user });
      },
      async findPeople(asked: ClientInput<"people">): Promise<AckData["people"]> {
        const answer = await wire.request("people", asked);
        setState((state) => withPeople(state, answer.people));
        return answer;
      },
      async findRooms(query: string): Promise<Room[]> {
        const { rooms } = await wire.request("rooms", { query, limit: 20 });
        setState((state) => withRooms(state, rooms));
        return rooms;
      },
      search: (asked: ClientInput<"search">): Promise<AckData["search"]> =>
        wire.request("search", asked),
    },
  };
}
