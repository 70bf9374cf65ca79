import * as v from "valibot";
import { inPartition, PERSON_SECONDS, person, ROOMS, secondsFromNow } from "./items.ts";
import { kind } from "./table.ts";

/** Sessions let people return. Only a hash of a session's secret is kept. */

const DAY_SECONDS = 24 * 60 * 60;

const PREFIX = "session#";

const SessionItem = v.pipe(
  v.object({
    entry: v.string(),
    expiresAt: v.number(),
    device: v.optional(v.string(), ""),
    /** When it was last used, to the day: ms since the epoch. */
    seenAt: v.optional(v.number(), 0),
    /** Whether it began with a sign-in: then it ends at its time, however often it is used. */
    signedIn: v.optional(v.boolean(), false),
    /** A hash of the JWT that was exchanged for it. */
    jwt: v.optional(v.string()),
  }),
  v.transform(({ entry, ...item }) => ({ id: entry.slice(PREFIX.length), ...item })),
);
export type Session = v.InferOutput<typeof SessionItem>;
export type NewSession = Omit<Session, "id" | "expiresAt" | "seenAt"> & { expiresAt?: number };

const sessions = kind(ROOMS, SessionItem, (userId: string, secretHash: string) => ({
  room: person(userId),
  entry: PREFIX + secretHash,
}));

export const askSession = sessions.asked;
export const deleteSession = sessions.delete;

export function putSession(userId: string, secretHash: string, session: NewSession) {
  const { expiresAt = secondsFromNow(PERSON_SECONDS), ...attributes } = session;
  return sessions.put([userId, secretHash], { ...attributes, expiresAt, seenAt: Date.now() });
}

/**
 * Notes that a session is used, once a day, and renews a guest's in the second half of its lifetime,
 * unless it was deleted since.
 */
export async function noteUse(userId: string, { id, ...session }: Session): Promise<void> {
  const now = Date.now();
  if (now - session.seenAt < DAY_SECONDS * 1_000) return;
  const isDue = !session.signedIn && session.expiresAt < secondsFromNow(PERSON_SECONDS / 2);
  const expiresAt = isDue ? secondsFromNow(PERSON_SECONDS) : session.expiresAt;
  await sessions.update([userId, id], { set: { expiresAt, seenAt: now } });
}

/** The person's sessions, in no order. */
export function querySessions(userId: string): Promise<Session[]> {
  return sessions.query(inPartition(person(userId), PREFIX));
}

/**
 * Sockets whose clients have disconnected on purpose, and so do not recover. Which earlier socket a
 * connection continues is its client's claim, so a note made by it counts for that client's person only.
 */
const leftSockets = kind(ROOMS, v.object({}), (sid: string, userId = "") => ({
  room: `left#${sid}`,
  entry: `user#${userId}`,
}));

export const askLeft = leftSockets.asked;

export function putLeft(sid: string, userId?: string): Promise<boolean> {
  return leftSockets.put([sid, userId], { expiresAt: secondsFromNow(PERSON_SECONDS) });
}

/** Codes with which another device becomes the person's. Only a hash of a code is kept. */
const LinkItem = v.object({ expiresAt: v.number(), session: v.string() });
const links = kind(ROOMS, LinkItem, (userId: string, codeHash: string) => ({
  room: person(userId),
  entry: `link#${codeHash}`,
}));

/** @param session the id of the session that asks for it */
export function putLink(userId: string, codeHash: string, expiresAt: number, session: string) {
  return links.put([userId, codeHash], { expiresAt, session });
}

/** Uses a code up. @returns undefined if it was used, or has expired */
export async function takeLink(userId: string, codeHash: string) {
  const link = await links.delete(userId, codeHash);
  return link && link.expiresAt > secondsFromNow(0) ? link : undefined;
}
