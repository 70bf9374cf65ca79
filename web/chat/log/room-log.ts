import type { Entry, MessageEntry } from "../../../protocol/model.ts";
import { newer, quoteOf, sameQuote } from "./message-state.ts";

/**
 * What this client knows of one room's log. A log is dense, `seq` 1, 2, 3, …, so what is missing
 * can be read off the entries themselves. Changes stay in it as entries; the messages that they
 * mean stand in it as they are now.
 */
export interface RoomLog {
  /** Ascending by `seq`, each once; there may be holes. */
  readonly entries: readonly Entry[];
  /** The highest `seq` known to exist. */
  readonly head: number;
  /** The lowest `seq` that can be had. */
  readonly oldest: number;
  /** The newest state that a change has told of a message, loaded or not, by its `seq`. */
  readonly changed: ReadonlyMap<number, MessageEntry>;
}

export interface Hole {
  /** The last entry known before the hole. */
  after: number;
  missing: number;
}

/** More than this is not fetched to close a hole: the log goes on from its newest page instead. */
export const MAX_HOLE = 1_000;

export const emptyLog: RoomLog = { entries: [], head: 0, oldest: 1, changed: new Map() };

/**
 * The log with these entries in it, whatever their order and whether known or not. Of two states
 * of one message the one with the higher `rev` stays.
 */
export function withEntries(log: RoomLog, arrived: readonly Entry[]): RoomLog {
  const sorted = arrived.toSorted((a, b) => a.seq - b.seq);
  const changed = withStates(log.changed, sorted);
  const merged = merge(log.entries, sorted);
  if (changed === log.changed && merged === log.entries) return log;
  // What is put to the end, as pushes are, changes nothing of what stands before it.
  const last = log.entries.at(-1)?.seq ?? 0;
  const onlyAppends = changed === log.changed && (sorted[0]?.seq ?? 0) > last;
  const entries = present(merged, changed, onlyAppends ? log.entries.length : 0);
  const head = Math.max(log.head, entries.at(-1)?.seq ?? 0);
  return { ...log, entries: withoutHugeHole(entries), head, changed };
}

/** The log with its messages as these entries tell, but without the entries themselves. */
export function withChanges(log: RoomLog, arrived: readonly Entry[]): RoomLog {
  const changed = withStates(log.changed, arrived);
  if (changed === log.changed) return log;
  return { ...log, entries: present(log.entries, changed, 0), changed };
}

/** The log once it is known that there are entries up to `head`. */
export function withHead(log: RoomLog, head: number): RoomLog {
  return head > log.head ? { ...log, head } : log;
}

/** The log with a page that was asked for with `before`. */
export function withOlder(
  log: RoomLog,
  before: number,
  page: { entries: readonly Entry[]; more: boolean },
): RoomLog {
  const merged = withEntries(log, page.entries);
  if (page.more) return merged;
  return { ...merged, oldest: Math.max(merged.oldest, page.entries[0]?.seq ?? before) };
}

export function hasOlder(log: RoomLog): boolean {
  const first = log.entries[0];
  return first === undefined ? log.head >= log.oldest : first.seq > log.oldest;
}

/** The first run of entries that is missing after a known one, or all where none is known. */
export function firstHole(log: RoomLog): Hole | undefined {
  const { entries, head, oldest } = log;
  if (entries.length === 0 && head >= oldest) {
    return { after: oldest - 1, missing: head - oldest + 1 };
  }
  const first = entries[0];
  const last = entries[lengthOfFirstRun(entries) - 1];
  if (first === undefined || last === undefined || last.seq === head) return undefined;
  const next = entries[last.seq - first.seq + 1]?.seq ?? head + 1;
  return { after: last.seq, missing: next - last.seq - 1 };
}

/** The last entry before the first hole: what may be given as `after`. */
export function readUpTo(log: RoomLog): number | undefined {
  return firstHole(log)?.after ?? log.entries.at(-1)?.seq;
}

/** The message of that `seq`, if it is loaded. */
export function messageAt(log: RoomLog, seq: number): MessageEntry | undefined {
  return messageIn(log.entries, seq);
}

/** Both ascending; the known array itself where nothing comes to it. */
function merge(known: readonly Entry[], arrived: readonly Entry[]): readonly Entry[] {
  const merged: Entry[] = [];
  let next = 0;
  let isNew = false;
  const take = (entry: Entry) => {
    const last = merged.at(-1);
    if (last?.seq !== entry.seq) merged.push(entry);
    else if (newer(last, entry) === entry) merged[merged.length - 1] = entry;
    else return;
    isNew ||= known[next - 1] !== entry;
  };
  for (const entry of arrived) {
    for (let own = known[next]; own !== undefined && own.seq <= entry.seq; own = known[next]) {
      next++;
      take(own);
    }
    take(entry);
  }
  return isNew ? merged.concat(known.slice(next)) : known;
}

function withStates(
  known: RoomLog["changed"],
  arrived: readonly Entry[],
): ReadonlyMap<number, MessageEntry> {
  let changed: Map<number, MessageEntry> | undefined;
  for (const entry of arrived) {
    if (entry.kind === "message") continue;
    const was = (changed ?? known).get(entry.of);
    if (was !== undefined && newer(was, entry.message) === was) continue;
    changed ??= new Map(known);
    changed.set(entry.of, entry.message);
  }
  return changed ?? known;
}

/** The entries with each message from the index `from` on, and what it quotes, as it is now. */
function present(
  entries: readonly Entry[],
  changed: RoomLog["changed"],
  from: number,
): readonly Entry[] {
  const stateOf = (seq: number) => {
    const [loaded, told] = [messageIn(entries, seq), changed.get(seq)];
    return loaded && told ? newer(loaded, told) : (loaded ?? told);
  };
  return entries.map((entry, index) => {
    if (index < from || entry.kind !== "message") return entry;
    const told = changed.get(entry.seq);
    const now = told === undefined ? entry : newer(entry, told);
    const quoted = now.replyTo === undefined ? undefined : stateOf(now.replyTo);
    if (quoted === undefined) return now;
    const quote = quoteOf(quoted);
    // A text that is deleted stays so, though its deletion is not in the log yet.
    const keeps = now.quote && (now.quote.deletedAt !== undefined || sameQuote(now.quote, quote));
    return keeps ? now : { ...now, quote };
  });
}

function messageIn(entries: readonly Entry[], seq: number): MessageEntry | undefined {
  const entry = entries[firstIndex(entries.length, (index) => (entries[index]?.seq ?? 0) >= seq)];
  return entry?.seq === seq && entry.kind === "message" ? entry : undefined;
}

/** Entries are distinct and ascending, so they are without a hole as far as `seq` keeps up with the index. */
function lengthOfFirstRun(entries: readonly Entry[]): number {
  const start = entries[0]?.seq ?? 0;
  return firstIndex(entries.length, (index) => entries[index]?.seq !== start + index);
}

/** The first index from which on `holds` is true. */
function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function withoutHugeHole(entries: readonly Entry[]): readonly Entry[] {
  const last = entries.findLastIndex(
    (entry, index) => entry.seq - (entries[index - 1]?.seq ?? entry.seq) > MAX_HOLE,
  );
  return last > 0 ? entries.slice(last) : entries;
}
