import * as v from "valibot";
import { inPartition, person, ROOMS } from "./items.ts";
import { kind, secondsFromNow } from "./table.ts";

/** Sessions let people return. Only a hash of a session's secret is kept. */

/** A year. */
const SESSION_SECONDS = 365 * 24 * 60 * 60;

const PREFIX = "session#";

const SessionItem = v.object({ entry: v.string(), expiresAt: v.number() });
type Session = v.InferOutput<typeof SessionItem>;

const sessions = kind(ROOMS, SessionItem, (userId: string, secretHash: string) => ({
  room: person(userId),
  entry: PREFIX + secretHash,
}));

export const askSession = sessions.asked;
export const deleteSession = sessions.delete;

export function putSession(userId: string, secretHash: string): Promise<boolean> {
  return sessions.put([userId, secretHash], { expiresAt: secondsFromNow(SESSION_SECONDS) });
}

/** Renews a session that is used in the second half of its lifetime, unless it was deleted since. */
export async function renewSession(userId: string, { entry, expiresAt }: Session): Promise<void> {
  if (expiresAt >= secondsFromNow(SESSION_SECONDS / 2)) return;
  const values = { end: secondsFromNow(SESSION_SECONDS) };
  const condition = { if: "attribute_exists(room)", values };
  await sessions.update([userId, hashOf(entry)], "SET expiresAt = :end", condition);
}

/** The hashes of the person's sessions. */
export async function querySessions(userId: string): Promise<string[]> {
  const found = await sessions.query(inPartition(person(userId), PREFIX));
  return found.map(({ entry }) => hashOf(entry));
}

function hashOf(entry: string): string {
  return entry.slice(PREFIX.length);
}

/** Sockets whose clients have disconnected by themselves: they do not recover. */
const leftSockets = kind(ROOMS, v.object({}), (userId: string, sid: string) => ({
  room: person(userId),
  entry: `left#${sid}`,
}));

export const askLeft = leftSockets.asked;

export function putLeft(userId: string, sid: string): Promise<boolean> {
  return leftSockets.put([userId, sid], { expiresAt: secondsFromNow(SESSION_SECONDS) });
}
