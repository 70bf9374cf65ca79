import { setTimeout as sleep } from "node:timers/promises";
import { ClientError } from "../../../protocol/errors.ts";
import { MAX_DEDUPE_ENTRIES } from "../../../protocol/limits.ts";
import {
  type ChangeRecord,
  EMPTY,
  type EntryRecord,
  type Head,
  type MessageRecord,
  putEntry,
  readAfter,
} from "../../store/entries.ts";

/** How every entry comes into a room's log, whatever its kind. */

/** Entries that are read before an append: in them retries are found, and the rate is counted. */
export const TAIL = 25;

/** ms that a write contends with others before the answer is `busy`. */
const CONTEND_MS = 3_000;
const MAX_JITTER_MS = 60;

/** An entry without its place in the log. */
type Draft<R extends EntryRecord> = Omit<R, keyof Head>;
export type MessageDraft = Draft<MessageRecord>;
type ChangeDraft = Draft<ChangeRecord>;
type AnyDraft = MessageDraft | ChangeDraft;

/** The newest entries of a log, ascending. */
type Tail = readonly EntryRecord[];

/** Whether an entry is what an earlier try has made of a draft. */
export function isTwin(entry: EntryRecord, { kind, id, author }: AnyDraft): boolean {
  return entry.kind === kind && entry.id === id && entry.author.id === author.id;
}

/**
 * Appends an entry after the tail of a log, and after whatever comes in between; or finds there what
 * an earlier try has made of it.
 * @throws {ClientError} `busy` if others were always faster
 */
export function appendEntry(tail: Tail, draft: MessageDraft): Promise<MessageRecord>;
export function appendEntry(tail: Tail, draft: ChangeDraft): Promise<ChangeRecord>;
export async function appendEntry(tail: Tail, draft: AnyDraft): Promise<EntryRecord> {
  let last: Head = tail.at(-1) ?? EMPTY;
  return contend<EntryRecord>(
    async () => {
      const place = {
        seq: last.seq + 1,
        at: Math.max(Date.now(), last.at + 1),
        count: last.count + (draft.kind === "message" ? 1 : 0),
      };
      const entry = { ...draft, ...place };
      // The condition that the seq is free leaves no hole, and nothing that was not looked through:
      // nothing can have come in between.
      return (await putEntry(entry)) ? entry : undefined;
    },
    async () => {
      const newer = await readAfter(draft.room, MAX_DEDUPE_ENTRIES, last.seq);
      last = newer.at(-1) ?? last;
      return newer.find((entry) => isTwin(entry, draft));
    },
  );
}

/**
 * Writes until no other write comes between, reading anew after each that lost; what either returns
 * is the answer.
 * @throws {ClientError} `busy` after 3 s
 */
export async function contend<T>(
  write: () => Promise<T | undefined>,
  readAgain: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + CONTEND_MS;
  for (;;) {
    const written = await write();
    if (written !== undefined) return written;
    if (Date.now() > deadline) throw new ClientError("busy", "Too many are writing at once");
    await sleep(Math.random() * MAX_JITTER_MS);
    const found = await readAgain();
    if (found !== undefined) return found;
  }
}
