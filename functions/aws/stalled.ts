/**
 * Distinguishes a client that does not read from a service that is too busy. API Gateway answers a
 * post with 429 for both: the client's buffer is full, or the account has posted too much. The
 * first concerns one connection, the second all of them; the answers to this environment's posts
 * show which it is.
 */

/** For how long, in ms, a connection may answer only 429. */
const STALLED_MS = 3_000;
/** ms without an answer after which a connection's next 429 counts as its first. */
const FORGOTTEN_MS = 6_000;
/** The share of other posts that may be answered 429 while the service is not too busy. */
const MAX_SHARE = 0.05;

/** A connection whose last answer was 429. */
interface Refusing {
  /** ms since the epoch: its first 429 after another answer, and its last one. */
  since: number;
  last: number;
  /** How many 429s it has answered since then. */
  count: number;
  /** `answers` as it was then. */
  before: Answers;
}

/** The answers of connections that accepted a post in the end. */
interface Answers {
  readonly passed: number;
  readonly refused: number;
}

let answers: Answers = { passed: 0, refused: 0 };
/** The stalled connections of the last seconds, in the order of their last 429. */
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

/** Notes a 429. @returns whether to close the connection, whose client does not read */
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

/** For how many ms a connection has answered only 429. */
export function refusesFor(connectionId: string): number {
  const now = Date.now();
  return now - (refusing.get(connectionId)?.since ?? now);
}

let busyUntil = 0;

/** Whether the service seems to be too busy. */
export function isServiceBusy(): boolean {
  return Date.now() < busyUntil;
}

/** Whether the other connections have accepted posts since this one began to refuse. */
function isOnlyOne(connectionId: string, { before, last }: Refusing): boolean {
  const passed = answers.passed - before.passed;
  let refused = answers.refused - before.refused;
  let others = passed + refused;
  for (const [id, { since, count }] of refusing) {
    if (id === connectionId) continue;
    others += count;
    // A connection that refuses for as long does not count: its client may not read either.
    if (last - since < STALLED_MS) refused += count;
  }
  if (others === 0) return true;
  return passed > 0 && refused < MAX_SHARE * (passed + refused);
}
