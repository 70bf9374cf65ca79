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
  const start = entries[0]?.seq ?? oldest;
  // Entries are distinct and ascending: there is no hole as long as `seq` and index grow together.
  const next = entries.findIndex(({ seq }, index) => seq !== start + index);
  const after = start + (next < 0 ? entries.length : next) - 1;
  const missing = (entries[next]?.seq ?? head + 1) - after - 1;
  return missing > 0 ? { after, missing } : undefined;
}

/** `seq` of the last entry before the first hole: the `after` of a request for what follows. */
export function lastBeforeHole(log: RoomLog): number | undefined {
  return firstHole(log)?.after ?? log.entries.at(-1)?.seq;
}

/** The entries after the last hole that is too long to be fetched. */
export function afterLongHole(entries: readonly Entry[]): readonly Entry[] {
  const start = entries.findLastIndex(
    (entry, index) => entry.seq - (entries[index - 1]?.seq ?? entry.seq) > MAX_HOLE,
  );
  return start > 0 ? entries.slice(start) : entries;
}
