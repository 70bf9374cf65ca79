import { QUOTE_LENGTH } from "../../../protocol/limits.ts";
import type { Entry, MessageEntry, Quote } from "../../../protocol/model.ts";
import { cut } from "../../../protocol/text.ts";
import { words } from "../../words.ts";
import { emptyLog, type RoomLog, type RoomView } from "../state.ts";
import { afterLongHole } from "./holes.ts";

/** The log on the screen: its end, or the part of the past that was jumped to. */
export function shownLog(view: RoomView | undefined): RoomLog {
  return view?.past ?? view?.log ?? emptyLog;
}

/**
 * The log with these entries, in whatever order they come and whether or not they are known. Of two
 * states of one message it keeps the one with the higher `rev`.
 * @param known up to where entries are known to exist
 */
export function withEntries(log: RoomLog, arrived: readonly Entry[], known = 0): RoomLog {
  const changed = withChangedMessages(log.changed, arrived);
  const merged = merge(log.entries, arrived);
  if (changed === log.changed && merged === log.entries && known <= log.head) return log;
  const entries = inNewestState(merged, changed);
  const head = Math.max(log.head, known, entries.at(-1)?.seq ?? 0);
  return { ...log, entries: afterLongHole(entries), head, changed };
}

/** The log with its messages changed as these entries say, but without the entries themselves. */
export function withChanges(log: RoomLog, arrived: readonly Entry[]): RoomLog {
  const changed = withChangedMessages(log.changed, arrived);
  if (changed === log.changed) return log;
  return { ...log, entries: inNewestState(log.entries, changed), changed };
}

/** The log with a page that was requested with `before`. */
export function withOlder(
  log: RoomLog,
  before: number,
  page: { entries: readonly Entry[]; more: boolean },
): RoomLog {
  const merged = withEntries(log, page.entries);
  if (page.more) return merged;
  return { ...merged, oldest: Math.max(merged.oldest, page.entries[0]?.seq ?? before) };
}

/** `seq` of the first entry here; where there is none, of the next one to come. */
export function startOf({ entries, head }: RoomLog): number {
  return entries[0]?.seq ?? head + 1;
}

/** Whether the server has entries from before the first one here. */
export function hasOlder(log: RoomLog): boolean {
  return startOf(log) > log.oldest;
}

/** The message with this `seq`, if it is loaded. */
export function messageAt({ entries }: RoomLog, seq: number): MessageEntry | undefined {
  // Where no hole lies before it, its place follows from the first one's.
  const likely = entries[seq - (entries[0]?.seq ?? 0)];
  const entry = likely?.seq === seq ? likely : entries.find((one) => one.seq === seq);
  return entry?.kind === "message" ? entry : undefined;
}

/** The newest state of a message, if it is loaded or a change has named it. */
export function newestAt(log: RoomLog, seq: number): MessageEntry | undefined {
  return messageAt(log, seq) ?? log.changed.get(seq);
}

/** What is said of a message where only a text can stand. */
export function textOf({ text, files = [] }: Pick<MessageEntry, "text" | "files">): string {
  return text === "" && files.length > 0 ? words.files.names(files.map(({ name }) => name)) : text;
}

/**
 * What a reply quotes: the message in its newest state, if that is known, or as the server has `told`
 * it. A deleted one stays deleted, even before the deletion itself has come.
 */
export function quoteOf(told: Quote | undefined, now: MessageEntry | undefined): Quote | undefined {
  if (now === undefined || told?.deletedAt !== undefined) return told;
  const { author, text, deletedAt } = now;
  if (deletedAt !== undefined) return { author, text: "", deletedAt };
  return { author, text: cut(text, QUOTE_LENGTH) };
}

/**
 * Merges two lists.
 * @returns `known` itself if that changes nothing
 */
function merge(known: readonly Entry[], arrived: readonly Entry[]): readonly Entry[] {
  const all = new Map(known.map((entry) => [entry.seq, entry]));
  for (const entry of arrived) all.set(entry.seq, newerOf(all.get(entry.seq) ?? entry, entry));
  const isSame = all.size === known.length && known.every((entry) => all.get(entry.seq) === entry);
  return isSame ? known : [...all.values()].sort((a, b) => a.seq - b.seq);
}

function withChangedMessages(
  known: RoomLog["changed"],
  arrived: readonly Entry[],
): RoomLog["changed"] {
  let changed: Map<number, MessageEntry> | undefined;
  for (const entry of arrived) {
    if (entry.kind === "message") continue;
    const was = (changed ?? known).get(entry.of);
    if (was !== undefined && newerOf(was, entry.message) === was) continue;
    changed ??= new Map(known);
    changed.set(entry.of, entry.message);
  }
  return changed ?? known;
}

function inNewestState(entries: readonly Entry[], changed: RoomLog["changed"]): readonly Entry[] {
  return entries.map((entry) => {
    const told = changed.get(entry.seq);
    return told && entry.kind === "message" ? newerOf(entry, told) : entry;
  });
}

/** The newer of two states of one entry, by `rev`; `known` if they are equally new. */
function newerOf<E extends Entry>(known: E, arrived: E): E {
  if (known.kind !== "message" || arrived.kind !== "message") return known;
  return (arrived.rev ?? 0) > (known.rev ?? 0) ? arrived : known;
}
