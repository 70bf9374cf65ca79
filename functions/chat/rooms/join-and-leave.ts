import { ClientError } from "../../../protocol/errors.ts";
import { MAX_ROOMS } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import { isReserved, LOBBY } from "../../../protocol/rooms.ts";
import { parallel } from "../../parallel.ts";
import { type Head, readHead } from "../../store/entries.ts";
import { PERSON_SECONDS, secondsFromNow } from "../../store/items.ts";
import {
  askMembership,
  deleteMembership,
  getListed,
  isMember,
  keepMembership,
  listMember,
  putMembership,
  queryMemberships,
  unlistMember,
} from "../../store/memberships.ts";
import { askRoom, getRoom, putPublicRoom, type RoomRecord } from "../../store/room-records.ts";
import { getTogether } from "../../store/table.ts";
import { deleteTodo, putTodo } from "../../store/todos.ts";
import { askPerson, getPerson, type Person, tabsOf } from "../../store/users.ts";
import { noRoom } from "../access.ts";
import { charge } from "../budget.ts";
import { copy } from "../copies.ts";
import { subscribeTabs, unsubscribe } from "../subscribe.ts";
import { tellMembership, tellPerson } from "../telling/notices.ts";
import { viewRoom } from "./room-view.ts";

/** How memberships begin and end, and what follows from it. */

/** The public room with that id, which is created if it does not exist. */
export async function openPublicRoom(id: string, user: User): Promise<RoomRecord> {
  const existing = await getRoom(id);
  if (existing) return existing;
  if (isReserved(id)) throw noRoom();
  if (id !== LOBBY) await charge(user, "newRoom");
  const room = id === LOBBY ? { id, name: "Lobby" } : { id, name: id, owner: user.id };
  return putPublicRoom(room);
}

/** @throws {ClientError} `forbidden` if the person is in `MAX_ROOMS` rooms */
export async function requireSpace({ id }: User): Promise<void> {
  if ((await queryMemberships(id)).length >= MAX_ROOMS) throw full();
}

function full(): ClientError {
  return new ClientError("forbidden", `A person can be in ${MAX_ROOMS} rooms at most`);
}

let lastNumber = 0;

/**
 * The number of a membership's beginning or end, by which clients order the notices about it: the
 * time in ms, made to grow within this process. A counter in a table would cost another write. An
 * end has a higher number than its beginning whatever the clocks say, since it reads `since`. Only
 * a beginning after an end in another process depends on clocks: if they differ by more than the
 * time between leaving and joining again, clients ignore that notice until they read the room
 * again. Both numbers are taken just before the write, so the later write has the higher one.
 */
function nextNumber(): number {
  lastNumber = Math.max(Date.now(), lastNumber + 1);
  return lastNumber;
}

/**
 * Makes a person a member, in all of the person's connections. Earlier messages do not count as
 * unread for a new member.
 * @param except a connection that subscribes itself
 * @param known what is read otherwise
 * @returns the membership, or undefined if the person was a member already
 * @throws {ClientError} `forbidden` above `MAX_ROOMS`
 */
export async function becomeMember(
  user: User,
  record: RoomRecord,
  except?: string,
  known: { person?: Person | undefined; head?: Head } = {},
) {
  const { id: room } = record;
  const [person, { seq, count }] = await Promise.all([
    known.person ?? getPerson(user.id),
    known.head ?? readHead(room),
  ]);
  const expiresAt = person?.account ? undefined : secondsFromNow(PERSON_SECONDS);
  const begun = { room, since: nextNumber(), read: { seq, count }, expiresAt };
  if (!(await putMembership(user.id, begun))) {
    await mendMembership(user, room, except);
    return undefined;
  }
  if (room !== LOBBY && (await queryMemberships(user.id)).length > MAX_ROOMS) {
    // Other memberships have begun meanwhile, in another tab or by invitation.
    await endMembership(user, room);
    throw full();
  }
  const membership = { ...begun, mentions: new Set<number>() };
  await carryOut(user, room, [membership, person, record], except);
  return membership;
}

export async function enterLobby(user: User, connectionId: string, person?: Person): Promise<true> {
  const record = await openPublicRoom(LOBBY, user);
  const n = (await becomeMember(user, record, connectionId, { person }))?.since;
  if (n) await tellMembership("joined", { room: LOBBY, user, n }, { except: connectionId });
  return true;
}

/** Completes a join that crashed: the member is not on the room's list then. */
export async function mendMembership(user: User, room: string, except?: string): Promise<void> {
  if (await getListed(room, user.id)) return;
  await carryOut(user, room, await readOriginals(user.id, room), except);
}

/** The items from which a membership's copies are made. */
function readOriginals(userId: string, room: string) {
  return getTogether(askMembership(userId, room), askPerson(userId), askRoom(room));
}
type Originals = Awaited<ReturnType<typeof readOriginals>>;

/**
 * Subscribes, tells and lists a member, or undoes it if the membership has ended meanwhile. The list
 * comes last, so that everyone on it is in the room. What this copies is read again afterwards: a
 * change of it, and another connection of the person, is either found there, or pushed to those that
 * are subscribed.
 */
async function carryOut(user: User, room: string, read: Originals, except?: string): Promise<void> {
  const others = (person?: Person) =>
    person?.tabs.filter(({ connectionId }) => connectionId !== except) ?? [];
  await copy(
    read,
    async ([membership, person, record]) => {
      const tabs = others(person);
      if (membership === undefined) {
        await parallel(tabs, ({ connectionId }) => unsubscribe(room, connectionId));
        await unlistMember(room, user.id);
        return;
      }
      const lives = tabs.map((tab) => ({ ...tab, watching: false }));
      const subscribed = await subscribeTabs(room, lives);
      if (record && subscribed.length > 0) {
        await tellPerson(subscribed, await viewRoom(record, user.id, membership));
      }
      const { since } = membership;
      await listMember(room, { user: person?.user ?? user, since, expiresAt: person?.expiresAt });
      // A guest who signs in meanwhile no longer has an end.
      if (membership.expiresAt !== undefined && person?.expiresAt === undefined) {
        await keepMembership(user.id, room, undefined);
      }
    },
    () => readOriginals(user.id, room),
    ([membership, person, record]) => {
      return [membership?.since, record?.rev, person?.user, person?.expiresAt, others(person)];
    },
  );
}

/**
 * Ends a membership, in all of the person's connections, and tells them. A note in `!todo` comes
 * first, so that the sweep can finish an end that crashed after the membership was deleted.
 * @param leaving the connection that sent `leaveRoom`. The person's other ones are told `left` too,
 * like everyone else in the room.
 * @returns false if there was no membership
 */
export async function endMembership(user: User, room: string, leaving?: string): Promise<boolean> {
  const number = nextNumber();
  const todo = await putTodo({ kind: "removal", user, from: room, n: number });
  // The membership is deleted first: a connection that is subscribed meanwhile reads it last.
  const ended = await deleteMembership(user.id, room);
  // A listed user without a membership is an end that crashed; it is finished here.
  const { since } = ended ?? (await getListed(room, user.id)) ?? {};
  // Without a membership, a member who is listed with a higher number has joined meanwhile.
  const ends = since !== undefined && (ended !== undefined || since <= number);
  if (ends) await finishEnd(user, room, Math.max(number, since + 1), leaving);
  await deleteTodo(todo);
  return ends;
}

/**
 * What follows once a membership is deleted; the list comes last.
 * @param n the number of the end
 */
export async function finishEnd(user: User, room: string, n: number, leaving?: string) {
  const tabs = await tabsOf(user.id);
  const lives = await parallel(tabs, ({ connectionId }) => unsubscribe(room, connectionId));
  const others = tabs.filter(({ connectionId }) => connectionId !== leaving);
  await tellPerson(others, { id: room, gone: true, n });
  const also = leaving === undefined ? [] : others;
  await tellMembership("left", { room, user, n }, { also });
  await unlistMember(room, user.id);
  if (!(await isMember(user.id, room))) return;
  // The membership has begun again meanwhile. Connections that have watched the room watch it again.
  const watching = lives.flatMap((live) =>
    live?.watching && live.connectionId !== leaving ? live : [],
  );
  await subscribeTabs(room, watching);
  await carryOut(user, room, await readOriginals(user.id, room));
}
