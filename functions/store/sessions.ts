import * as v from "valibot";
import { ofPartition, person, ROOMS } from "./items.ts";
import { deleteItem, getItem, putItem, queryItems, secondsFromNow, updateItem } from "./table.ts";

/**
 * What lets people return: sessions, and what a client that lost its connection can have again. Of
 * both only the hash of a secret is kept. A use in the second half of its time renews either.
 */

/** A year. */
const SESSION_SECONDS = 365 * 24 * 60 * 60;
/** 30 days. */
const RECOVERY_SECONDS = 30 * 24 * 60 * 60;

const SESSION_PREFIX = "session#";

const SessionItem = v.object({ entry: v.string(), expiresAt: v.number() });

export async function putSession(userId: string, secretHash: string): Promise<void> {
  const key = sessionKey(userId, secretHash);
  await putItem(ROOMS, { ...key, expiresAt: secondsFromNow(SESSION_SECONDS) });
}

export async function hasSession(userId: string, secretHash: string): Promise<boolean> {
  const key = sessionKey(userId, secretHash);
  const session = await getItem(ROOMS, key, SessionItem);
  if (session) await renew(key, session, SESSION_SECONDS);
  return session !== undefined;
}

export async function deleteSession(userId: string, secretHash: string): Promise<void> {
  await deleteItem(ROOMS, sessionKey(userId, secretHash));
}

/** The hashes of the person's sessions. */
export async function querySessions(userId: string): Promise<string[]> {
  const sessions = await queryItems(ofPartition(person(userId), SESSION_PREFIX), SessionItem);
  return sessions.map(({ entry }) => entry.slice(SESSION_PREFIX.length));
}

/** What a `pid` stands for. */
const RecoveryItem = v.object({
  /** The id that the client's socket goes by. */
  sid: v.string(),
  /** ms since the epoch */
  connectedAt: v.number(),
  /** The hash of the session's secret. A name alone is known as long as that session stands. */
  session: v.string(),
  /** Whether the client has disconnected: it is known by the pid then, and does not recover. */
  left: v.optional(v.boolean(), false),
  expiresAt: v.number(),
});
export type Recovery = v.InferOutput<typeof RecoveryItem>;

export async function putRecovery(
  userId: string,
  secretHash: string,
  recovery: Omit<Recovery, "left" | "expiresAt">,
): Promise<void> {
  const key = recoveryKey(userId, secretHash);
  await putItem(ROOMS, { ...key, ...recovery, expiresAt: secondsFromNow(RECOVERY_SECONDS) });
}

export async function getRecovery(
  userId: string,
  secretHash: string,
): Promise<Recovery | undefined> {
  const key = recoveryKey(userId, secretHash);
  const recovery = await getItem(ROOMS, key, RecoveryItem);
  if (recovery) await renew(key, recovery, RECOVERY_SECONDS);
  return recovery;
}

/** Notes that the client has disconnected. */
export async function setLeft(userId: string, secretHash: string): Promise<void> {
  const condition = { if: "attribute_exists(room)", values: { left: true } };
  await updateItem(ROOMS, recoveryKey(userId, secretHash), "SET #left = :left", condition);
}

/** Never brings back an item that has been deleted meanwhile. */
async function renew(
  key: { room: string; entry: string },
  { expiresAt }: { expiresAt: number },
  seconds: number,
): Promise<void> {
  if (expiresAt >= secondsFromNow(seconds / 2)) return;
  const values = { end: secondsFromNow(seconds) };
  await updateItem(ROOMS, key, "SET expiresAt = :end", { if: "attribute_exists(room)", values });
}

function sessionKey(userId: string, secretHash: string) {
  return { room: person(userId), entry: SESSION_PREFIX + secretHash };
}

function recoveryKey(userId: string, secretHash: string) {
  return { room: person(userId), entry: `recovery#${secretHash}` };
}
