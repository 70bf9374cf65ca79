import { setTimeout as sleep } from "node:timers/promises";
import { ClientError } from "../../../protocol/errors.ts";
import { MAX_DEDUPE_ENTRIES, RATE_LIMIT, RATE_WINDOW_MS } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import { EMPTY, type EntryRecord, type Head, putEntry, readAfter } from "../../store/entries.ts";

/** How every entry comes into a room's log, whatever its kind. */

/** Entries that are read before an append: where retries are found and floods are seen. */
export const TAIL = 25;

/** How long in ms a write contends with others before the answer is `busy`. */
const CONTEND_MS = 3_000;
const MAX_JITTER_MS = 60;

/**
 * Appends an entry after the tail of a log, and after whatever comes in between; or finds there
 * that an earlier try has done so.
 * @throws {ClientError} `busy` if others were always faster
 */
export async function appendAfter<R extends EntryRecord>(
  room: string,
  tail: readonly EntryRecord[],
  isTwin: (entry: EntryRecord) => entry is R,
  make: (place: Head) => R,
): Promise<R> {
  let last: Head = tail.at(-1) ?? EMPTY;
  return contend(
    async () => {
      const { seq, at, count } = last;
      const entry = make({ seq: seq + 1, at: Math.max(Date.now(), at + 1), count });
      // The condition that the seq is free makes the order dense and what was looked through
      // complete: nothing can have come in between.
      return (await putEntry(entry)) ? entry : undefined;
    },
    async () => {
      const newer = await readAfter(room, MAX_DEDUPE_ENTRIES, last.seq);
      last = newer.at(-1) ?? last;
      return newer.find(isTwin);
    },
  );
}

/**
 * Writes until a write is not overtaken, reading anew in between; what either returns is the answer.
 * @throws {ClientError} `busy`
 */
export async function contend<T>(
  write: () => Promise<T | undefined>,
  readAgain: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + CONTEND_MS;
  for (;;) {
    const written = await write();
    if (written !== undefined) return written;
    if (Date.now() > deadline) throw new ClientError("busy", "Too many are speaking at once");
    await sleep(Math.random() * MAX_JITTER_MS);
    const found = await readAgain();
    if (found !== undefined) return found;
  }
}

/** Changes count as messages do: each is an entry, and is told to everyone. */
export function checkRate(tail: readonly EntryRecord[], user: User): void {
  const since = Date.now() - RATE_WINDOW_MS;
  const recent = tail.filter((entry) => entry.author.id === user.id && entry.at > since);
  if (recent.length >= RATE_LIMIT) {
    throw new ClientError("rate_limited", "Too many messages in a few seconds");
  }
}
