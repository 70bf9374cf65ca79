import { setTimeout as sleep } from "node:timers/promises";
import { ClientError } from "../../../protocol/errors.ts";
import {
  type ChangeRecord,
  EMPTY,
  type EntryRecord,
  type Head,
  type MessageRecord,
  putEntry,
  readAfter,
  readBefore,
} from "../../store/entries.ts";
import { bytesOf } from "../../store/items.ts";
import type { Context } from "../../wire/serve.ts";
import { requireLive } from "../access.ts";
import { rateOf, TAIL } from "./rate.ts";

/** How entries of every kind are appended to a room's log. */

/** ms that a write contends with others before the answer is `busy`. */
const CONTEND_MS = 3_000;

/**
 * In ms: the wait after the nth lost race is random, up to an nth of this. So whoever has lost most goes
 * first, and fewer races are lost, of which each costs a write.
 */
const FIRST_WAIT_MS = 425;

/** Entries a second from which on waits have that length; where fewer come, fewer contend. */
const BUSY_PER_SECOND = 110;

/** Entries in one read of the log after a lost race, and of what came after a message's `after`. */
export const READ = 10;

/** Bytes of a log that one frame may read to write an entry: 200 read units. */
const MAX_READ_BYTES = 800 * 1024;

/** An entry without its place in the log. */
type Draft<R extends EntryRecord> = Omit<R, keyof Head>;
export type MessageDraft = Draft<MessageRecord>;
type ChangeDraft = Draft<ChangeRecord>;
type AnyDraft = MessageDraft | ChangeDraft;

type RecordOf<D extends AnyDraft> = D extends MessageDraft ? MessageRecord : ChangeRecord;

/** Finds the entry of an earlier try of a draft. */
export function findTwin<D extends AnyDraft>(entries: readonly EntryRecord[], draft: D) {
  const { kind, id, author } = draft;
  return entries.find(
    (entry): entry is RecordOf<D> =>
      entry.kind === kind && entry.id === id && entry.author.id === author.id,
  );
}

/**
 * What every entry begins with: who writes it, and the newest entries of the log, ascending.
 * `measure` gets what else the frame reads of the log, and throws `busy` once that is too much.
 */
export async function beginWriting({ connectionId }: Context, room: string) {
  let left = MAX_READ_BYTES;
  const measure = <E extends EntryRecord>(entries: readonly E[]): readonly E[] => {
    left -= bytesOf(entries);
    if (left < 0) throw busy();
    return entries;
  };
  const [tail, { user }] = await Promise.all([
    readBefore(room, TAIL),
    requireLive(connectionId, room),
  ]);
  return { user, tail: measure(tail), measure, checkRate: rateOf(user) };
}
export type Writing = Awaited<ReturnType<typeof beginWriting>>;

/**
 * Appends an entry after the tail of a log, and after entries that were appended meanwhile; or
 * finds the entry of an earlier try among these.
 * @throws {ClientError} `busy` if others were always faster
 */
export function appendEntry(writing: Writing, draft: MessageDraft): Promise<MessageRecord>;
export function appendEntry(writing: Writing, draft: ChangeDraft): Promise<ChangeRecord>;
export async function appendEntry({ tail, measure, checkRate }: Writing, draft: AnyDraft) {
  const log = [...tail];
  return contend<EntryRecord>(
    async () => {
      const last: Head = log.at(-1) ?? EMPTY;
      const place = {
        seq: last.seq + 1,
        at: Math.max(Date.now(), last.at + 1),
        count: last.count + (draft.kind === "message" ? 1 : 0),
      };
      const entry = { ...draft, ...place };
      // The condition that the seq is free leaves no hole, and no entry that was not compared with
      // the draft: none can have been appended in between.
      return (await putEntry(entry)) ? entry : undefined;
    },
    async () => {
      // Up to the head: another race would be lost at any seq before it.
      for (let isOver = false; !isOver; ) {
        const newer = await readAfter(draft.room, READ, log.at(-1)?.seq ?? 0);
        log.push(...measure(newer));
        const twin = findTwin(newer, draft);
        if (twin) return twin;
        isOver = newer.length < READ;
      }
      await checkRate(log);
      return undefined;
    },
    () => firstWait(log.slice(-TAIL)),
  );
}

function firstWait(newest: readonly EntryRecord[]): number {
  const now = Date.now();
  const perSecond = (newest.length * 1_000) / (now - (newest[0]?.at ?? 0));
  return FIRST_WAIT_MS * Math.min(1, perSecond / BUSY_PER_SECOND);
}

/**
 * Writes until no other write is faster, and reads again after each lost race. A result of either
 * function is the result.
 * @throws {ClientError} `busy` after 3 s
 */
export async function contend<T>(
  write: () => Promise<T | undefined>,
  readAgain: () => Promise<T | undefined>,
  longestWait = () => FIRST_WAIT_MS,
): Promise<T> {
  const deadline = Date.now() + CONTEND_MS;
  for (let lost = 1; ; lost++) {
    const written = await write();
    if (written !== undefined) return written;
    if (Date.now() > deadline) throw busy();
    await sleep((Math.random() * longestWait()) / lost);
    const found = await readAgain();
    if (found !== undefined) return found;
  }
}

function busy(): ClientError {
  return new ClientError("busy", "Too many are writing at once");
}
