import * as v from "valibot";
import { inPartition, person, ROOMS } from "./items.ts";
import { kind, secondsFromNow } from "./table.ts";

/**
 * What lets people return: sessions, and what a client recovers that lost its connection. Only a
 * hash of the secret is kept. A use in the second half of their lifetime renews them.
 */

/** A year. */
const SESSION_SECONDS = 365 * 24 * 60 * 60;
/** 30 days. */
const RECOVERY_SECONDS = 30 * 24 * 60 * 60;

const SESSION_PREFIX = "session#";

const SessionItem = v.object({ entry: v.string(), expiresAt: v.number() });

const sessions = kind(ROOMS, SessionItem, (userId: string, secretHash: string) => ({
  room: person(userId),
  entry: SESSION_PREFIX + secretHash,
}));

export const deleteSession = sessions.delete;

export function putSession(userId: string, secretHash: string): Promise<boolean> {
  return sessions.put([userId, secretHash], { expiresAt: secondsFromNow(SESSION_SECONDS) });
}

export async function hasSession(userId: string, secretHash: string): Promise<boolean> {
  const session = await sessions.get(userId, secretHash);
  if (session) await renew(sessions, [userId, secretHash], session, SESSION_SECONDS);
  return session !== undefined;
}

/** The hashes of the person's sessions. */
export async function querySessions(userId: string): Promise<string[]> {
  const found = await sessions.query(inPartition(person(userId), SESSION_PREFIX));
  return found.map(({ entry }) => entry.slice(SESSION_PREFIX.length));
}

/** What a `pid` stands for. */
const RecoveryItem = v.object({
  /** The id that the client's socket goes by. */
  sid: v.string(),
  /** ms since the epoch */
  connectedAt: v.number(),
  /** The hash of the session's secret. While the session exists, a pid identifies its person. */
  session: v.string(),
  /** Whether the client has disconnected by itself: the pid recovers nothing then. */
  left: v.optional(v.boolean(), false),
  expiresAt: v.number(),
});
export type Recovery = v.InferOutput<typeof RecoveryItem>;

const recoveries = kind(ROOMS, RecoveryItem, (userId: string, secretHash: string) => ({
  room: person(userId),
  entry: `recovery#${secretHash}`,
}));

export function putRecovery(
  userId: string,
  secretHash: string,
  recovery: Omit<Recovery, "left" | "expiresAt">,
): Promise<boolean> {
  const expiresAt = secondsFromNow(RECOVERY_SECONDS);
  return recoveries.put([userId, secretHash], { ...recovery, expiresAt });
}

export async function getRecovery(userId: string, secretHash: string) {
  const recovery = await recoveries.get(userId, secretHash);
  if (recovery) await renew(recoveries, [userId, secretHash], recovery, RECOVERY_SECONDS);
  return recovery;
}

/** Notes that the client has disconnected. */
export function setLeft(userId: string, secretHash: string) {
  const condition = { if: "attribute_exists(room)", values: { left: true } };
  return recoveries.update([userId, secretHash], "SET #left = :left", condition);
}

/** Does not bring back an item that was deleted meanwhile. */
async function renew(
  items: Pick<typeof sessions | typeof recoveries, "update">,
  ids: [userId: string, secretHash: string],
  { expiresAt }: { expiresAt: number },
  seconds: number,
): Promise<void> {
  if (expiresAt >= secondsFromNow(seconds / 2)) return;
  const condition = { if: "attribute_exists(room)", values: { end: secondsFromNow(seconds) } };
  await items.update(ids, "SET expiresAt = :end", condition);
}
