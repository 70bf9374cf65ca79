import type { Entry, MessageEntry } from "../../../protocol/model.ts";
import type { PendingChange } from "../state.ts";

/** The entries of a room's log with this person's unacknowledged changes made. */
export function withPending(
  entries: readonly Entry[],
  changes: readonly PendingChange[],
  user: string,
): readonly Entry[] {
  if (changes.length === 0) return entries;
  return entries.map((entry) =>
    entry.kind === "message" ? asPending(entry, changes, user) : entry,
  );
}

/** A message with this person's unacknowledged changes made. */
export function asPending(
  entry: MessageEntry,
  changes: readonly PendingChange[],
  user: string,
): MessageEntry {
  return changes
    .filter(({ room, seq }) => room === entry.room && seq === entry.seq)
    .reduce((message, change) => changedBy(message, change, user), entry);
}

function changedBy(message: MessageEntry, change: PendingChange, user: string): MessageEntry {
  if (message.deletedAt !== undefined) return message;
  const { reactions = {}, ...rest } = message;
  if (change.kind === "delete") {
    const { files: _, ...left } = rest;
    return { ...left, text: "", deletedAt: change.at };
  }
  if (change.kind === "edit") return { ...message, text: change.text, editedAt: change.at };
  const { emoji, on } = change;
  const others = (reactions[emoji] ?? []).filter((id) => id !== user);
  const people = on ? [...others, user] : others;
  const { [emoji]: _, ...without } = reactions;
  if (people.length === 0) return { ...rest, reactions: without };
  return { ...rest, reactions: { ...reactions, [emoji]: people } };
}
