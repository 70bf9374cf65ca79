import { ClientError } from "../../../protocol/errors.ts";
import { parallel } from "../../parallel.ts";
import { type EntryRecord, readBefore, seqAt } from "../../store/entries.ts";
import { bytesOf } from "../../store/items.ts";

/** Bytes after which one call reads nothing more: 80 units. */
const MAX_BYTES = 320 * 1024;

/** Entries in one read of a room, and in the first one, which is that of several rooms at once. */
const PIECE = 20;
const FIRST_PIECE = 2;
const FIRST_ROOMS = 10;

/** Where reading continues in a room. */
interface Place {
  readonly room: string;
  /** The next entry lies before this seq, and is of this time or earlier. Nothing lies before 1. */
  before: number;
  at: number;
  /** Read and not yet given, the newest first. */
  readonly entries: EntryRecord[];
}

/**
 * Several logs as one, newest first. Where one call ends, a cursor keeps the place in each room, so
 * that the next one reads only the rooms that it comes to.
 */
export class MergedLogs {
  readonly #places: Place[];
  readonly #unseen: string[];
  readonly #until: number | undefined;
  #bytes: number;

  /**
   * @param bytes that the call has read already
   * @param until the time, in ms, that no entry is later than
   */
  constructor(rooms: readonly string[], bytes = 0, cursor?: string, until?: number) {
    this.#places = readCursor(cursor).filter(({ room }) => rooms.includes(room));
    const seen = new Set(this.#places.map(({ room }) => room));
    this.#unseen = rooms.filter((room) => !seen.has(room));
    this.#until = until;
    this.#bytes = bytes;
  }

  /** The next entry; undefined after the last one, or where one call may read no further. */
  async next(): Promise<EntryRecord | undefined> {
    // Any of them may have the newest entry.
    while (this.#unseen.length > 0) {
      if (this.#bytes >= MAX_BYTES) return undefined;
      const rooms = this.#unseen.splice(0, this.#until === undefined ? FIRST_ROOMS : 1);
      this.#places.push(...(await parallel(rooms, (room) => this.#open(room))));
    }
    for (;;) {
      const place = this.#newest();
      if (place === undefined) return undefined;
      const entry = place.entries.shift();
      if (entry) return this.#passed(entry, place);
      if (this.#bytes >= MAX_BYTES) return undefined;
      await this.#read(place, PIECE);
    }
  }

  /** Gives an entry again, in the next call. */
  putBack({ room, seq, at }: EntryRecord): void {
    const place = this.#places.find((one) => one.room === room);
    if (place) Object.assign(place, { before: seq + 1, at });
  }

  /** What the next call goes on from, undefined after the last entry. */
  get cursor(): string | undefined {
    if (this.#unseen.length === 0 && this.#newest() === undefined) return undefined;
    return this.#places.map(({ room, before, at }) => `${room}:${before}:${at}`).join();
  }

  #newest(): Place | undefined {
    const left = this.#places.filter(({ before }) => before > 1);
    return left.reduce<Place | undefined>((a, b) => (a && a.at >= b.at ? a : b), undefined);
  }

  #passed(entry: EntryRecord, place: Place): EntryRecord {
    place.before = entry.seq;
    place.at = place.entries[0]?.at ?? entry.at - 1;
    return entry;
  }

  async #open(room: string): Promise<Place> {
    const until = this.#until;
    const last =
      until === undefined ? undefined : await seqAt(room, until, (read) => this.#add(read));
    const before = last === undefined ? Number.MAX_SAFE_INTEGER : last + 1;
    const place = { room, before, at: 0, entries: [] };
    if (before > 1) await this.#read(place, FIRST_PIECE);
    return place;
  }

  async #read(place: Place, limit: number): Promise<void> {
    const read = (await readBefore(place.room, limit, place.before)).reverse();
    this.#add(read);
    place.entries.push(...read);
    place.at = read[0]?.at ?? 0;
    if (read.length === 0) place.before = 1;
  }

  #add(read: readonly EntryRecord[]): void {
    this.#bytes += bytesOf(read);
  }
}

const PLACE = /^([a-z0-9-]{1,63}):(\d{1,16}):(\d{1,16})$/;

/** @throws {ClientError} `bad_request`; each place is a read, so a room has one */
function readCursor(cursor = ""): Place[] {
  const places = cursor
    .split(",")
    .filter(Boolean)
    .map((text) => {
      const [, room = "", before, at] = PLACE.exec(text) ?? [];
      return { room, before: Number(before), at: Number(at), entries: [] };
    });
  const isGiven = places.every(({ before, at }) => [before, at].every(Number.isSafeInteger));
  if (!isGiven || new Set(places.map(({ room }) => room)).size < places.length) {
    throw new ClientError("bad_request", "before must be from a search");
  }
  return places;
}
