import type { Entry, MessageEntry, User } from "../../protocol/model.ts";
import type { Outgoing, RoomNotice } from "../chat/state.ts";
import { dayOf } from "./dates.ts";

/** One author's messages are one group while no more than this passes between them. */
const GROUP_MS = 5 * 60_000;

/** What one row of the timeline shows. */
export type Row = MessageLine | NoticeLine;

export interface MessageLine {
  /** Stays the same while a message of one's own becomes an entry of the log. */
  key: string;
  /** An entry, or a message of one's own that is not in the log. */
  message: MessageEntry | Outgoing;
  author: User;
  /** Whether it begins a group, and so names its author. */
  starts: boolean;
  /** The day that begins with it. */
  day?: number;
  /** Whether the "New" divider stands before it. */
  divided: boolean;
}

/** People who came and went with no message in between. */
export interface NoticeLine {
  key: string;
  notices: readonly RoomNotice[];
}

interface Options {
  notices?: readonly RoomNotice[];
  /** The "New" divider stands after the entry of this `seq`. */
  dividerAfter?: number | undefined;
  /** Entries that go on beginning a group, whatever has come above them. */
  begun?: ReadonlySet<number>;
  /** Whether what stands above the first entry is not loaded. */
  older?: boolean;
}

/** The log, and after it what is on its way there. */
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
  let last: { author: string; at: number } | undefined;
  let day = { start: Number.NaN, end: Number.NaN };

  function add(key: string, message: MessageEntry | Outgoing, author: User): void {
    const { at } = message;
    const seq = seqOf(message);
    const sameDay = at >= day.start && at < day.end;
    if (!sameDay) day = dayOf(at);
    // Of the first entry nothing is said that would go once those above it are there.
    const newDay = !sameDay && (keys.size > 0 || !older);
    const divided = divide && seq > dividerAfter && author.id !== user?.id;
    if (divided) divide = false;
    const grouped = last?.author === author.id && at - last.at <= GROUP_MS;
    const starts = !grouped || newDay || divided || begun?.has(seq) === true;
    keys.add(key);
    rows.push({ key, message, author, starts, divided, ...(newDay && { day: day.start }) });
    last = { author: author.id, at };
  }

  /** The notices that stand before the entry of that `seq`, as one line. */
  function addNotices(seq: number): void {
    let end = noticed;
    while ((notices[end]?.after ?? Number.POSITIVE_INFINITY) < seq) end++;
    const [first] = notices.slice(noticed, end);
    if (first === undefined) return;
    rows.push({ key: `${first.user.id} ${first.at}`, notices: notices.slice(noticed, end) });
    noticed = end;
    last = undefined;
  }

  for (const entry of entries) {
    if (entry.kind !== "message") continue;
    addNotices(entry.seq);
    // An id is one's own word for a message; what others call theirs may be the same.
    const own = entry.author.id === user?.id && !keys.has(entry.id);
    add(own ? entry.id : `${entry.seq}`, entry, entry.author);
  }
  addNotices(Number.POSITIVE_INFINITY);
  for (const message of outgoing) {
    if (!keys.has(message.id)) add(message.id, message, user ?? NOBODY);
  }
  return rows;
}

/** A message that is not in the log stands after all that are; a notice has no number. */
export function seqOf(message: MessageEntry | Outgoing): number {
  return "seq" in message ? message.seq : Number.POSITIVE_INFINITY;
}

/** Whose outbox it is shows before the server says by which name. */
const NOBODY: User = { id: "", name: "" };
