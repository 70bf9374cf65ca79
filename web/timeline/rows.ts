import type { Entry, MessageEntry, User } from "../../protocol/model.ts";
import type { Outgoing } from "../chat/outbox.ts";
import { dayOf } from "./dates.ts";

/** One author's messages are one group while no more than this passes between them. */
const GROUP_MS = 5 * 60_000;

/** What one row of the timeline shows. */
export interface Row {
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

interface Options {
  /** The "New" divider stands after the entry of this `seq`. */
  dividerAfter?: number;
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
  { dividerAfter, begun, older = false }: Options = {},
): Row[] {
  const rows: Row[] = [];
  const keys = new Set<string>();
  let undivided = dividerAfter !== undefined;
  let last: { author: string; at: number } | undefined;
  let day = { start: Number.NaN, end: Number.NaN };

  function add(key: string, message: MessageEntry | Outgoing, author: User): void {
    const { at } = message;
    const seq = seqOf(message);
    // Of the first entry nothing is said that would go once those above it are there.
    const newDay = !(at >= day.start && at < day.end) && (last !== undefined || !older);
    if (!(at >= day.start && at < day.end)) day = dayOf(at);
    const divided = undivided && seq > (dividerAfter ?? 0) && author.id !== user?.id;
    if (divided) undivided = false;
    const starts =
      newDay ||
      divided ||
      last?.author !== author.id ||
      at - last.at > GROUP_MS ||
      begun?.has(seq) === true;
    keys.add(key);
    rows.push({ key, message, author, starts, divided, ...(newDay && { day: day.start }) });
    last = { author: author.id, at };
  }

  for (const entry of entries) {
    if (entry.kind !== "message") continue;
    // An id is one's own word for a message; what others call theirs may be the same.
    const own = entry.author.id === user?.id && !keys.has(entry.id);
    add(own ? entry.id : `${entry.seq}`, entry, entry.author);
  }
  for (const message of outgoing) {
    if (!keys.has(message.id)) add(message.id, message, user ?? NOBODY);
  }
  return rows;
}

/** A message that is not in the log stands after all that are. */
export function seqOf(message: MessageEntry | Outgoing): number {
  return "seq" in message ? message.seq : Number.POSITIVE_INFINITY;
}

/** Whose outbox it is shows before the server says by which name. */
const NOBODY: User = { id: "", name: "" };
