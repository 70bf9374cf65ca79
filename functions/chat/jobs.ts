import { LOBBY } from "../../protocol/rooms.ts";
import { removeStored } from "../aws/storage.ts";
import { log, loggable } from "../lambda.ts";
import { parallel } from "../parallel.ts";
import { type Connection, getConnection } from "../store/connections.ts";
import { readBefore } from "../store/entries.ts";
import { getLive } from "../store/live.ts";
import {
  getMembership,
  isMember,
  keepListed,
  keepMembership,
  queryMemberships,
} from "../store/memberships.ts";
import { getRoom } from "../store/room-records.ts";
import { deleteTodo, getTodo, queryTodos, type Todo } from "../store/todos.ts";
import { getPerson } from "../store/users.ts";
import { copyName } from "./copies.ts";
import { endConnections } from "./end-connection.ts";
import { enterLobby, finishEnd } from "./rooms/join-and-leave.ts";
import { viewRoom } from "./rooms/room-view.ts";
import { subscribe, unsubscribe } from "./subscribe.ts";
import { tellChanged, tellPerson } from "./telling/notices.ts";
import { tellPresence } from "./telling/presence.ts";

/**
 * The jobs for the notes in `!todo`. A job can be repeated, and its note stays until it is done.
 */

/** In ms: a younger note belongs to an invocation that may still be running, which has 25 s. */
const MIN_AGE_MS = 30_000;

/** Finishes one job, if it is not done yet. */
export async function finishTodo(id: string): Promise<void> {
  const todo = await getTodo(id);
  if (todo) await finish(todo);
}

/** Finishes the jobs that were left. A job that fails is tried again by the next sweep. */
export async function finishTodos(minAgeMs = MIN_AGE_MS): Promise<void> {
  const left = (await queryTodos()).filter(({ at }) => Date.now() - at >= minAgeMs);
  await parallel(left, async (todo) => {
    try {
      await finish(todo);
    } catch (error) {
      log.error("job failed", { kind: todo.kind, error: loggable(error) });
    }
  });
}

async function finish(todo: Todo): Promise<void> {
  if (todo.kind === "rename") await spreadName(todo.user);
  else if (todo.kind === "lifetime") await spreadLifetime(todo.user);
  else if (todo.kind === "removal") await finishRemoval(todo);
  else if (todo.kind === "subscribe") await subscribeLate(todo);
  else if (todo.kind === "files") await deleteFiles(todo);
  else await spreadChange(todo.of);
  await deleteTodo(todo.id);
}

/** Copies a person's present name, and pushes it to those who watch the person's rooms. */
async function spreadName(id: string): Promise<void> {
  const rooms = (await queryMemberships(id)).map(({ room }) => room);
  const person = await getPerson(id);
  if (!person) return;
  await copyName(person.user, rooms);
  await endConnections(await tellPresence(person, rooms));
}

/**
 * A guest's memberships and listings expire with the guest, so that nobody is listed who cannot come
 * back; those of somebody who signs in stay.
 */
async function spreadLifetime(id: string): Promise<void> {
  const person = await getPerson(id);
  if (!person) return;
  await parallel(await queryMemberships(id), async ({ room }) => {
    await keepMembership(id, room, person.expiresAt);
    await keepListed(room, id, person.expiresAt);
  });
}

/** If the removal crashed before the membership was deleted, the person is still a member. */
async function finishRemoval({ user, from, n }: Todo & { kind: "removal" }): Promise<void> {
  if (!(await isMember(user.id, from))) await finishEnd(user, from, n);
}

/** If the deletion crashed before the message was deleted, it still has its files. */
async function deleteFiles({ of, seq, stored }: Todo & { kind: "files" }): Promise<void> {
  const [message] = await readBefore(of, 1, seq + 1);
  if (message?.kind === "message" && message.deletedAt === undefined) return;
  await parallel(stored, removeStored);
}

async function spreadChange(id: string): Promise<void> {
  const record = await getRoom(id);
  if (record) await tellChanged(record, { most: Infinity });
}

/** Subscribes a connection to what was throttled at its CONNECT, and tells it of these rooms. */
async function subscribeLate({ connection: id, rooms }: Todo & { kind: "subscribe" }) {
  const connection = await getConnection(id);
  if (!connection) return;
  const { user } = connection;
  await parallel(rooms, async (room) => {
    if (room === LOBBY) await enterLobby(user, id);
    if (!(await isMember(user.id, room))) await unsubscribe(room, id);
    else await enterLate(room, connection);
  });
}

/** The client may have joined the room by itself meanwhile. */
async function enterLate(room: string, connection: Connection): Promise<void> {
  const { connectionId, user } = connection;
  if (!(await getLive(room, connectionId))) {
    await subscribe(room, { ...connection, watching: false });
  }
  const [membership, record] = await Promise.all([getMembership(user.id, room), getRoom(room)]);
  if (record) await tellPerson([connection], await viewRoom(record, user.id, membership));
}
