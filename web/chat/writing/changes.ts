import type { Entry, MessageEntry } from "../../../protocol/model.ts";
import { words } from "../../words.ts";
import type { Logs } from "../log/logs.ts";
import type { Change, PendingChange } from "../state.ts";
import type { ChatStore } from "../store.ts";
import { createTimers, UNDO_MS } from "../timers.ts";
import { sentenceOf } from "../wire/errors.ts";
import type { Wire } from "../wire/wire.ts";
import { createRetryQueue } from "./retry-queue.ts";
import { uuid } from "./uuid.ts";

/**
 * A change has one try more than a message: when it is given up, the page takes it back, and nothing
 * is left to try again.
 */
const MAX_UNANSWERED = 3;

interface Parts {
  store: ChatStore;
  wire: Wire;
  logs: Pick<Logs, "add">;
  wait?: (ms: number) => Promise<void>;
}

export type Changes = ReturnType<typeof createChanges>;

/** Edits, deletions and reactions: shown at once, and sent until they are answered. */
export function createChanges({ store, wire, logs, wait }: Parts) {
  const { getState, setState } = store;
  /** By id, deletions that can still be undone. */
  const held = createTimers();
  const queue = createRetryQueue<PendingChange>({
    store,
    wire,
    wait,
    waiting: () => getState().changes.filter((change) => !change.held),
    async send(change) {
      const { entry } = await post(change);
      // It is the message itself where there was nothing to change: that may be far back in the log.
      if (entry.kind !== "message") logs.add(change.room, [entry]);
      remove(change.id);
    },
    giveUp(change, error) {
      remove(change.id);
      setState({ problem: words.actions.failed[change.kind](sentenceOf(error)) });
    },
    maxUnanswered: MAX_UNANSWERED,
  });

  function post(change: PendingChange): Promise<{ entry: Entry }> {
    const { id, room, seq } = change;
    if (change.kind === "edit") return wire.request("edit", { room, id, seq, text: change.text });
    if (change.kind === "delete") return wire.request("delete", { room, id, seq });
    const { emoji, on } = change;
    return wire.request("react", { room, id, seq, emoji, on });
  }

  function add(room: string, seq: number, change: Change, isHeld = false): string {
    const id = uuid();
    const pending: PendingChange = { ...change, id, room, seq, at: Date.now(), held: isHeld };
    setState(({ changes }) => ({ changes: [...changes, pending], problem: undefined }));
    queue.flush();
    return id;
  }

  function remove(id: string): void {
    queue.forget(id);
    held.cancel(id);
    setState(({ changes }) => ({ changes: changes.filter((change) => change.id !== id) }));
  }

  function release(id: string): void {
    setState(({ changes }) => ({
      changes: changes.map((change) => (change.id === id ? { ...change, held: false } : change)),
    }));
    queue.flush();
  }

  return {
    edit: (room: string, seq: number, text: string) => void add(room, seq, { kind: "edit", text }),
    react(room: string, seq: number, emoji: string, on: boolean): void {
      add(room, seq, { kind: "react", emoji, on });
    },
    /** Deletes a message after `UNDO_MS`, until when `undo` takes that back. */
    delete(room: string, seq: number): void {
      const id = add(room, seq, { kind: "delete" }, true);
      held.set(id, UNDO_MS, () => release(id));
    },
    undo: remove,
    /** Sends the deletions that could still be undone: the page is closing. */
    releaseAll: held.hurry,
    stop: held.stop,
  };
}

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
