import type { Entry, MessageEntry, User } from "../../protocol/model.ts";
import type { Outgoing, RoomNotice } from "../chat/state.ts";
import { dayOf } from "./dates.ts";

/** Messages of one author form a group: those within this time of the first, and this many of them. */
const GROUP_MS = 5 * 60_000;
const GROUP_LENGTH = 8;

/** What one row of the timeline shows. */
export type Row = MessageLine | NoticeLine;

export interface MessageLine {
  /** Stays the same when one's own message becomes an entry of the log. */
  key: string;
  /** An entry, or one's own message that is not in the log. */
  message: MessageEntry | Outgoing;
  author: User;
  /** Whether it starts a group, and so names its author. */
  starts: boolean;
  /** The start of the day whose first message it is. */
  day?: number;
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
  let day = { start: Number.NaN, end: Number.NaN };

  function add(key: string, message: MessageEntry | Outgoing, author: User): void {
    const { at } = message;
    const seq = seqOf(message);
    const sameDay = at >= day.start && at < day.end;
    if (!sameDay) day = dayOf(at);
    // No day separator on the first row until the older ones are loaded.
    const newDay = !sameDay && (keys.size > 0 || !older);
    const divided = divide && seq > dividerAfter && author.id !== user?.id;
    if (divided) divide = false;
    const grouped =
      group?.author === author.id && at - group.began <= GROUP_MS && group.length < GROUP_LENGTH;
    const starts = !grouped || newDay || divided || begun?.has(seq) === true;
    keys.add(key);
    rows.push({ key, message, author, starts, divided, ...(newDay && { day: day.start }) });
    if (starts || group === undefined) group = { author: author.id, began: at, length: 0 };
    group.length++;
  }

  /** Adds the notices before the entry with this `seq`, as one line. */
  function addNotices(seq: number): void {
    let end = noticed;
    while ((notices[end]?.after ?? Number.POSITIVE_INFINITY) < seq) end++;
    const [first] = notices.slice(noticed, end);
    if (first === undefined) return;
    rows.push({ key: `${first.user.id} ${first.at}`, notices: notices.slice(noticed, end) });
    noticed = end;
    group = undefined;
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
