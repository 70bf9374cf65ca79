import { ClientError } from "../../../protocol/errors.ts";
import { MAX_ROOMS } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import { isReserved, LOBBY } from "../../../protocol/rooms.ts";
import { parallel } from "../../parallel.ts";
import { readHead } from "../../store/entries.ts";
import { getListed, unlistMember } from "../../store/member-list.ts";
import {
  deleteMembership,
  getMembership,
  type Membership,
  putMembership,
  queryMemberships,
} from "../../store/memberships.ts";
import { getRoom, putPublicRoom, type RoomRecord } from "../../store/room-records.ts";
import { deleteTodo, putTodo } from "../../store/todos.ts";
import { type Tab, tabsOf } from "../../store/users.ts";
import { charge } from "../budget.ts";
import { copyMembership } from "../copies.ts";
import { subscribeTabs, unsubscribe } from "../subscribe.ts";
import { tellMembership, tellPerson } from "../telling/notices.ts";
import { viewRoom } from "./room-view.ts";

/** How memberships begin and end, and what follows from it. */

/** The public room with that id, which is created if it does not exist. */
export async function openPublicRoom(id: string, user: User): Promise<RoomRecord> {
  const existing = await getRoom(id);
  if (existing) return existing;
  if (isReserved(id)) throw new ClientError("not_found", "There is no such room");
  if (id !== LOBBY) await charge(user, "newRoom");
  const room = id === LOBBY ? { id, name: "Lobby" } : { id, name: id, owner: user.id };
  return (await putPublicRoom(room)).room;
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
 * @returns the number of the beginning, or undefined if the person is a member already
 * @throws {ClientError} `forbidden` above `MAX_ROOMS`
 */
export async function becomeMember(user: User, room: string, except?: string) {
  const { seq, count } = await readHead(room);
  const membership = { room, since: nextNumber(), read: { seq, count } };
  if (!(await putMembership(user.id, membership))) {
    await mendMembership(user, room, except);
    return undefined;
  }
  if (room !== LOBBY && (await queryMemberships(user.id)).length > MAX_ROOMS) {
    // Other memberships have begun meanwhile, in another tab or by invitation.
    await endMembership(user, room);
    throw full();
  }
  await carryOut(user, { ...membership, mentions: new Set() }, except);
  return membership.since;
}

/** Completes a join that crashed: the member is not on the room's list then. */
export async function mendMembership(user: User, room: string, except?: string): Promise<void> {
  if (await getListed(room, user.id)) return;
  const membership = await getMembership(user.id, room);
  if (membership) await carryOut(user, membership, except);
}

/** Subscribes and lists a member. The list comes last, so that everyone on it is in the room. */
async function carryOut(user: User, membership: Membership, except?: string): Promise<void> {
  const { room, since } = membership;
  const tabs = await subscribeTabs(room, user.id, except);
  if (tabs.length > 0) {
    // Read after the subscriptions: a change of the room is either in it, or pushed to them.
    const record = await getRoom(room);
    if (record) await tellPerson(tabs, await viewRoom(record, user.id, membership));
  }
  await copyMembership(user, room, since);
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
  if (ends) {
    const again = (membership: Membership) => carryOut(user, membership);
    await finishEnd(user, room, { n: Math.max(number, since + 1), leaving, again });
  }
  await deleteTodo(todo);
  return ends;
}

interface End {
  /** The number of the end. */
  n: number;
  leaving?: string | undefined;
  /** What to do for a membership that has begun again meanwhile: its subscriptions are gone. */
  again: (membership: Membership, tabs: readonly Tab[]) => Promise<void>;
}

/** What follows once a membership is deleted; the list comes last. */
export async function finishEnd(user: User, room: string, { n, leaving, again }: End) {
  const tabs = await tabsOf(user.id);
  await parallel(tabs, ({ connectionId }) => unsubscribe(room, connectionId));
  const others = tabs.filter(({ connectionId }) => connectionId !== leaving);
  await tellPerson(others, { id: room, gone: true, n });
  const also = leaving === undefined ? [] : others;
  await tellMembership("left", { room, user, n }, { also });
  await unlistMember(room, user.id);
  const membership = await getMembership(user.id, room);
  if (membership) await again(membership, tabs);
}
