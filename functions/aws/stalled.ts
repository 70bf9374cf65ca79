/**
 * Tells a client that does not read from a service that is too busy. API Gateway answers a post with
 * 429 for both: the client's buffer is full, or the account has posted too much. The first is about
 * one connection, the second about all of them. What this environment has posted shows which it is.
 */

/** How long in ms a connection may answer nothing but 429. */
const STALLED_MS = 3_000;
/** After this time in ms without an answer, a connection's next 429 is its first. */
const FORGOTTEN_MS = 6_000;
/** The part of other posts that may be answered 429 if the service is not too busy. */
const MAX_SHARE = 0.05;

/** A connection whose last answer was 429. */
interface Refusing {
  /** ms since the epoch: its first 429 after anything else, and its last one. */
  since: number;
  last: number;
  /** Its answers with 429 since then. */
  count: number;
  /** What `answers` was then. */
  before: Answers;
}

/** Answers of connections that got a post through in the end. */
interface Answers {
  readonly passed: number;
  readonly refused: number;
}

let answers: Answers = { passed: 0, refused: 0 };
/** Those of the last seconds; the one that was refused last is the last. */
const refusing = new Map<string, Refusing>();

/** Notes that a post got through. */
export function notePassed(connectionId: string): void {
  const { count = 0 } = refusing.get(connectionId) ?? {};
  answers = { passed: answers.passed + 1, refused: answers.refused + count };
  refusing.delete(connectionId);
}

/** Notes that a connection is gone. */
export function noteGone(connectionId: string): void {
  refusing.delete(connectionId);
}

/** Notes a 429. @returns whether the connection is to be closed: its client does not read */
export function noteRefused(connectionId: string): boolean {
  const now = Date.now();
  for (const [id, { last }] of refusing) {
    if (now - last < FORGOTTEN_MS) break;
    refusing.delete(id);
  }
  const known = refusing.get(connectionId) ?? { since: now, last: now, count: 0, before: answers };
  const own = { ...known, last: now, count: known.count + 1 };
  refusing.delete(connectionId);
  refusing.set(connectionId, own);
  if (now - own.since < STALLED_MS) return false;
  const isAlone = isOnlyOne(connectionId, own);
  if (!isAlone) busyUntil = now + STALLED_MS;
  return isAlone;
}

let busyUntil = 0;

/** Whether the service seems to have too much to do. */
export function isServiceBusy(): boolean {
  return Date.now() < busyUntil;
}

/** Whether the other connections have taken what was posted since this one began to refuse. */
function isOnlyOne(connectionId: string, { before, last }: Refusing): boolean {
  const passed = answers.passed - before.passed;
  let refused = answers.refused - before.refused;
  let others = passed + refused;
  for (const [id, { since, count }] of refusing) {
    if (id === connectionId) continue;
    others += count;
    // One that refuses for as long says nothing: its client may not read either.
    if (last - since < STALLED_MS) refused += count;
  }
  if (others === 0) return true;
  return passed > 0 && refused < MAX_SHARE * (passed + refused);
}
