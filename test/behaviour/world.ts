import { randomUUID } from "node:crypto";
import { afterEach, inject } from "vitest";
import type { Room } from "../../protocol/model.ts";
import { newMessage, ok } from "../support/acks.ts";
import { type Client, openBare } from "../support/clients.ts";

/** The stack that all files share, in whose lobby others write too. */
export const stack = { origin: inject("origin") };

/** People who connect for one test and disconnect after it. */
export function usePeople() {
  const clients: Client[] = [];
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  async function come(name: string, open = openBare): Promise<Client> {
    const client = await open(stack.origin, { name });
    clients.push(client);
    return client;
  }
  return {
    come,
    /** Another connection of the person. */
    async tabOf({ session }: Client, open = openBare): Promise<Client> {
      const client = await open(stack.origin, { token: session.token ?? "" });
      clients.push(client);
      return client;
    },
    /** A room that one person owns, with another person in it. */
    async pairIn(kind: "public" | "private") {
      const [ada, bob] = await Promise.all([come("Ada"), come("Bob")]);
      const room = await createRoom(ada, kind);
      ok(await ada.emit("invite", { room: room.id, user: bob.session.user.id }));
      await bob.heard.next("room", ofRoom(room.id));
      return { ada, bob, room };
    },
  };
}

export const newName = () => `Tea ${randomUUID().slice(0, 8)}`;
export const ofRoom = (id: string) => (room: { id: string }) => room.id === id;
export const idsOf = (rooms: readonly Room[]) => rooms.map(({ id }) => id);

export async function createRoom(
  owner: Client,
  kind: "public" | "private" = "public",
): Promise<Room> {
  return ok(await owner.emit("createRoom", { name: newName(), kind })).room;
}

/**
 * Sends a message to the lobby. When it arrives, everything that the client was sent before has
 * arrived.
 * @returns the id of the message
 */
export async function fence(client: Client, sender: Client): Promise<string> {
  const message = newMessage("lobby", "fence");
  ok(await sender.emit("message", message));
  await client.heard.next("message", ({ id }: { id: string }) => id === message.id);
  return message.id;
}
