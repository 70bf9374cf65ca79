import type { Virtualizer } from "@tanstack/react-virtual";
import type { Entry, MessageEntry, User } from "../../protocol/model.ts";
import type { Outgoing, RoomNotice } from "../chat/state.ts";
import { dayOf } from "./dates.ts";

/** Messages of one author form a group: those within this time of the first, and this many of them. */
const GROUP_MS = 5 * 60_000;
const GROUP_LENGTH = 8;

/** What one row of the timeline shows, and the start of the day that begins with it. */
export type Row = (MessageLine | NoticeLine) & { day?: number };

/** What renders the rows that are in view. */
export type List = Virtualizer<HTMLDivElement, HTMLElement>;

export interface MessageLine {
  /** Stays the same when one's own message becomes an entry of the log. */
  key: string;
  /** An entry, or one's own message that is not in the log. */
  message: MessageEntry | Outgoing;
  author: User;
  /** Whether it starts a group, and so names its author. */
  starts: boolean;
  /** Whether the "New" divider stands before it. */
  divided: boolean;
}

/** Who joined and left between two messages. */
interface NoticeLine {
  key: string;
  notices: readonly RoomNotice[];
}

interface Options {
  notices?: readonly RoomNotice[];
  /** The "New" divider stands after the entry of this `seq`. */
  dividerAfter?: number | undefined;
  /** `seq` of entries that keep their author's name, whatever is loaded above them. */
  begun?: ReadonlySet<number>;
  /** Whether there are older entries that are not loaded. */
  older?: boolean;
}

/** The rows of a log, and after them the messages that are on their way to it. */
export function toRows(
  entries: readonly Entry[],
  outgoing: readonly Outgoing[],
  user: User | undefined,
  options: Options = {},
): Row[] {
  const { dividerAfter = Number.POSITIVE_INFINITY, notices = [], begun, older = false } = options;
  const rows: Row[] = [];
  const keys = new Set<string>();
  let divide = true;
  let noticed = 0;
  let group: { author: string; began: number; length: number } | undefined;
  let midnight = Number.NaN;

  /** The start of this time's day, if the rows before are of another one. */
  function newDay(at: number): { day?: number } {
    if (at < midnight) return {};
    const { start, end } = dayOf(at);
    midnight = end;
    // No day separator on the first row until the older ones are loaded.
    return rows.length > 0 || !older ? { day: start } : {};
  }

  function add(key: string, message: MessageEntry | Outgoing, author: User): void {
    const { at } = message;
    const seq = seqOf(message);
    const begins = newDay(at);
    const divided = divide && seq > dividerAfter && author.id !== user?.id;
    if (divided) divide = false;
    const grouped =
      group?.author === author.id && at - group.began <= GROUP_MS && group.length < GROUP_LENGTH;
    const starts = !grouped || "day" in begins || divided || begun?.has(seq) === true;
    keys.add(key);
    rows.push({ key, message, author, starts, divided, ...begins });
    if (starts || group === undefined) group = { author: author.id, began: at, length: 0 };
    group.length++;
  }

  /** Adds the notices before the entry with this `seq`, those of a day as one line. */
  function addNotices(seq: number): void {
    let line: RoomNotice[] | undefined;
    for (let next = notices[noticed]; next && next.after < seq; next = notices[++noticed]) {
      const begins = newDay(next.at);
      if (line === undefined || "day" in begins) {
        line = [];
        rows.push({ key: `${next.user.id} ${next.at}`, notices: line, ...begins });
      }
      line.push(next);
      group = undefined;
    }
  }

  for (const entry of entries) {
    if (entry.kind !== "message") continue;
    addNotices(entry.seq);
    // Clients choose the ids, so a message of somebody else may have the same one.
    const own = entry.author.id === user?.id && !keys.has(entry.id);
    add(own ? entry.id : `${entry.seq}`, entry, entry.author);
  }
  addNotices(Number.POSITIVE_INFINITY);
  for (const message of outgoing) {
    if (!keys.has(message.id)) add(message.id, message, user ?? NOBODY);
  }
  return rows;
}

/** A message that is not in the log stands after all that are. */
export function seqOf(message: MessageEntry | Outgoing): number {
  return "seq" in message ? message.seq : Number.POSITIVE_INFINITY;
}

/** The author of stored messages before the server has told this person's name. */
const NOBODY: User = { id: "", name: "" };
