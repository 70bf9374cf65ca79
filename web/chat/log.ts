import type { Entry } from "../../protocol/model.ts";

/**
 * What this client knows of one room's log. A log is dense, `seq` 1, 2, 3, …, so what is missing
 * can be read off the entries themselves.
 */
export interface RoomLog {
  /** Ascending by `seq`, each once; there may be holes. */
  readonly entries: readonly Entry[];
  /** The highest `seq` known to exist. */
  readonly head: number;
  /** The lowest `seq` that can be had. */
  readonly oldest: number;
}

export interface Hole {
  /** The last entry known before the hole. */
  after: number;
  missing: number;
}

/** More than this is not fetched to close a hole: the log goes on from its newest page instead. */
export const MAX_HOLE = 1_000;

export const emptyLog: RoomLog = { entries: [], head: 0, oldest: 1 };

/** The log with these entries in it, whatever their order and whether known or not. */
export function withEntries(log: RoomLog, arrived: readonly Entry[]): RoomLog {
  const entries = merge(
    log.entries,
    arrived.toSorted((a, b) => a.seq - b.seq),
  );
  if (entries.length === log.entries.length) return log;
  const head = Math.max(log.head, entries.at(-1)?.seq ?? 0);
  return { ...log, entries: withoutHugeHole(entries), head };
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

/** Both ascending. Of two entries with one `seq` the known one stays. */
function merge(known: readonly Entry[], arrived: readonly Entry[]): readonly Entry[] {
  const merged: Entry[] = [];
  let next = 0;
  const take = (entry: Entry) => {
    if (merged.at(-1)?.seq !== entry.seq) merged.push(entry);
  };
  for (const entry of arrived) {
    for (let own = known[next]; own !== undefined && own.seq <= entry.seq; own = known[++next]) {
      take(own);
    }
    take(entry);
  }
  return merged.concat(known.slice(next));
}

/** Entries are distinct and ascending, so they are without a hole as far as `seq` keeps up with the index. */
function lengthOfFirstRun(entries: readonly Entry[]): number {
  const start = entries[0]?.seq ?? 0;
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const dense = entries[middle]?.seq === start + middle;
    if (dense) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withoutHugeHole(entries: readonly Entry[]): readonly Entry[] {
  const last = entries.findLastIndex(
    (entry, index) => entry.seq - (entries[index - 1]?.seq ?? entry.seq) > MAX_HOLE,
  );
  return last > 0 ? entries.slice(last) : entries;
}
