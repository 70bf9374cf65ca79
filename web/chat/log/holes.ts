import type { Entry } from "../../../protocol/model.ts";
import type { RoomLog } from "../state.ts";

/** A longer hole is not fetched: the log goes on from its newest page instead. */
export const MAX_HOLE = 1_000;

interface Hole {
  /** `seq` of the last known entry before the hole. */
  after: number;
  /** How many entries are missing. */
  missing: number;
}

/** The first hole in a log; where no entry is known, the whole log is one. */
export function firstHole({ entries, head, oldest }: RoomLog): Hole | undefined {
  const first = entries[0];
  const last = entries[lengthOfFirstRun(entries) - 1];
  if (first === undefined || last === undefined) {
    return head < oldest ? undefined : { after: oldest - 1, missing: head - oldest + 1 };
  }
  if (last.seq === head) return undefined;
  const next = entries[last.seq - first.seq + 1]?.seq ?? head + 1;
  return { after: last.seq, missing: next - last.seq - 1 };
}

/** `seq` of the last entry before the first hole: the `after` of a request for what follows. */
export function readUpTo(log: RoomLog): number | undefined {
  return firstHole(log)?.after ?? log.entries.at(-1)?.seq;
}

/** The entries after the last hole that is too long to be fetched. */
export function afterLongHole(entries: readonly Entry[]): readonly Entry[] {
  const start = entries.findLastIndex(
    (entry, index) => entry.seq - (entries[index - 1]?.seq ?? entry.seq) > MAX_HOLE,
  );
  return start > 0 ? entries.slice(start) : entries;
}

/** Entries are distinct and ascending: there is no hole as long as `seq` and index grow together. */
function lengthOfFirstRun(entries: readonly Entry[]): number {
  const start = entries[0]?.seq ?? 0;
  return firstIndex(entries.length, (index) => entries[index]?.seq !== start + index);
}

/** The first index below `length` from which on `holds` is true, or `length`: a binary search. */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
