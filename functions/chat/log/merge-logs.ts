import { parallel } from "../../parallel.ts";
import { type EntryRecord, readBefore, seqAt } from "../../store/entries.ts";

/** Entries that one call reads at most, over all rooms. */
const MAX_SEARCHED = 1_000;

/** Entries in one read of a room's log after the first. */
const READ = 50;
const MAX_FIRST_READ = 100;

interface Cursor {
  readonly room: string;
  /** The next entry that is read lies before it. */
  before: number | undefined;
  /** Read and not yet given, ascending. */
  readonly entries: EntryRecord[];
}

/**
 * Several logs as one, newest first: each time all entries of one millisecond, of which each room
 * has one at most, and the time to go on from, before which everything else lies. It ends where all
 * logs do, or with a `next` where as many entries have been read as one call may.
 */
export async function* merged(
  rooms: readonly string[],
  before: number | undefined,
): AsyncGenerator<{ entries: EntryRecord[]; next: number | undefined }> {
  const first = Math.min(MAX_FIRST_READ, Math.ceil(MAX_SEARCHED / 2 / Math.max(1, rooms.length)));
  let left = MAX_SEARCHED;

  async function fill(cursor: Cursor, limit: number): Promise<void> {
    const read = await readBefore(cursor.room, limit, cursor.before);
    left -= read.length;
    cursor.entries.unshift(...read);
    cursor.before = read[0]?.seq ?? 1;
  }

  let cursors = await parallel(rooms, async (room): Promise<Cursor> => {
    const start = before === undefined ? undefined : (await seqAt(room, before - 1)) + 1;
    const cursor = { room, before: start, entries: [] };
    await fill(cursor, first);
    return cursor;
  });
  for (;;) {
    cursors = cursors.filter(({ entries, before }) => entries.length > 0 || before !== 1);
    if (cursors.length === 0) return;
    const at = Math.max(...cursors.map(({ entries }) => entries.at(-1)?.at ?? 0));
    const newest = cursors.filter(({ entries }) => entries.at(-1)?.at === at);
    const entries = newest.flatMap((cursor) => cursor.entries.pop() ?? []);
    const empty = cursors.filter((cursor) => cursor.entries.length === 0 && cursor.before !== 1);
    const isOver = cursors.every((cursor) => cursor.entries.length === 0 && cursor.before === 1);
    yield { entries, next: isOver ? undefined : at };
    // What an empty room has next lies before `at`, which is therefore as far as can be said.
    if (empty.length > 0 && left <= 0) return;
    for (const cursor of empty) await fill(cursor, Math.min(READ, left));
  }
}
