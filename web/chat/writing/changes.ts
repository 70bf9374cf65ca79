import { ClientError } from "../../../protocol/errors.ts";
import type { ChangeEntry, Entry, MessageEntry } from "../../../protocol/model.ts";
import type { ChatStore } from "../store.ts";
import { backoff } from "../wire/backoff.ts";
import { sentenceOf } from "../wire/errors.ts";
import { NoAnswer, type Wire } from "../wire/wire.ts";
import { uuid } from "./uuid.ts";

/** How long a deletion can be taken back. */
export const UNDO_MS = 5_000;

/** Tries that the server answered with "not now" before a change is given up. */
const MAX_TRIES = 10;

/** Connections on which a change got no answer before it is given up. */
const MAX_UNANSWERED = 3;

/** `internal` too: the server may have changed the message and not told of it yet. */
const RETRIED = new Set(["busy", "rate_limited", "internal"]);

type Change =
  | { readonly kind: "edit"; readonly text: string }
  | { readonly kind: "delete" }
  | { readonly kind: "react"; readonly emoji: string; readonly on: boolean };

/** A change of a message that is shown already and not known to be in the log. */
export type PendingChange = Change & {
  readonly id: string;
  readonly room: string;
  /** `seq` of the message. */
  readonly seq: number;
  readonly at: number;
  /** A deletion that can still be taken back; nothing is sent yet. */
  readonly held?: boolean;
};

interface Parts {
  store: ChatStore;
  wire: Wire;
  accept: (entries: readonly Entry[], room: string) => void;
  wait?: (ms: number) => Promise<void>;
}

/** Edits, deletions and reactions: shown at once, and sent in order until they are answered. */
export function createChanges({ store, wire, accept, wait = sleep }: Parts) {
  const { getState, setState } = store;
  const draining = new Set<string>();
  const unanswered = new Map<string, number>();
  const undoing = new Map<string, ReturnType<typeof setTimeout>>();

  function remove(id: string): void {
    unanswered.delete(id);
    clearTimeout(undoing.get(id));
    undoing.delete(id);
    setState(({ changes }) => ({ changes: changes.filter((change) => change.id !== id) }));
  }

  function add(room: string, seq: number, change: Change, held = false): string {
    const id = uuid();
    const pending: PendingChange = { ...change, id, room, seq, at: Date.now(), held };
    setState(({ changes }) => ({ changes: [...changes, pending], problem: undefined }));
    if (!held) void drain(room);
    return id;
  }

  function release(id: string): void {
    clearTimeout(undoing.get(id));
    undoing.delete(id);
    setState(({ changes }) => ({
      changes: changes.map((change) => (change.id === id ? { ...change, held: false } : change)),
    }));
    const change = getState().changes.find((one) => one.id === id);
    if (change) void drain(change.room);
  }

  async function drain(room: string): Promise<void> {
    if (draining.has(room)) return;
    draining.add(room);
    const next = () => getState().changes.find((one) => one.room === room && !one.held);
    try {
      for (let change = next(); change; change = next()) {
        if (!(await settle(change))) return;
      }
    } finally {
      draining.delete(room);
    }
  }

  function giveUp({ id, kind }: PendingChange, error: unknown): void {
    remove(id);
    setState({ problem: `${failures[kind]} ${sentenceOf(error)}` });
  }

  /** A connection that does not answer may be dead: the next one goes on. */
  function unansweredBy(change: PendingChange, error: NoAnswer): void {
    if (!error.connected) return;
    const times = (unanswered.get(change.id) ?? 0) + 1;
    unanswered.set(change.id, times);
    if (times === MAX_UNANSWERED) giveUp(change, error);
    wire.reconnect();
  }

  /** @returns false when there is no connection: the next one goes on */
  async function settle(change: PendingChange): Promise<boolean> {
    for (let tries = 0; ; tries++) {
      try {
        const { entry } = await post(change);
        accept([entry], change.room);
        remove(change.id);
        return true;
      } catch (error) {
        if (error instanceof NoAnswer) {
          unansweredBy(change, error);
          return false;
        }
        const code = error instanceof ClientError ? error.code : "";
        if (code === "unauthorized") return false;
        if (!RETRIED.has(code) || tries === MAX_TRIES) {
          giveUp(change, error);
          return true;
        }
        await wait(backoff(tries));
        // The sign-in that it was made in may have ended.
        if (!getState().changes.some(({ id }) => id === change.id)) return true;
      }
    }
  }

  function post(change: PendingChange): Promise<{ entry: ChangeEntry }> {
    const { id, room, seq } = change;
    if (change.kind === "edit") return wire.request("edit", { room, id, seq, text: change.text });
    if (change.kind === "delete") return wire.request("delete", { room, id, seq });
    const { emoji, on } = change;
    return wire.request("react", { room, id, seq, emoji, on });
  }

  return {
    edit: (room: string, seq: number, text: string) => void add(room, seq, { kind: "edit", text }),
    react(room: string, seq: number, emoji: string, on: boolean): void {
      add(room, seq, { kind: "react", emoji, on });
    },
    /** Deletes a message in a while, until when `undo` takes it back. */
    delete(room: string, seq: number): void {
      const id = add(room, seq, { kind: "delete" }, true);
      undoing.set(
        id,
        setTimeout(() => release(id), UNDO_MS),
      );
    },
    undo: remove,
    isDeleting: (room: string, seq: number): boolean =>
      getState().changes.some(
        (one) => one.kind === "delete" && one.room === room && one.seq === seq,
      ),
    /** Deletes now what waits to be taken back: the page goes. */
    releaseAll(): void {
      for (const id of [...undoing.keys()]) release(id);
    },
    /** There is a connection. */
    flush(): void {
      for (const room of new Set(getState().changes.map((change) => change.room))) {
        void drain(room);
      }
    },
    stop(): void {
      for (const timer of undoing.values()) clearTimeout(timer);
      undoing.clear();
    },
  };
}

const failures = {
  edit: "The message was not changed.",
  delete: "The message was not deleted.",
  react: "The reaction was not added.",
} as const;

/** The entries of a room's log with one's own changes that are on their way. */
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

/** A message with one's own changes of it that are on their way. */
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
  if (change.kind === "delete") return { ...rest, text: "", deletedAt: change.at };
  if (change.kind === "edit") return { ...message, text: change.text, editedAt: change.at };
  const { emoji, on } = change;
  const others = (reactions[emoji] ?? []).filter((id) => id !== user);
  const people = on ? [...others, user] : others;
  const { [emoji]: _, ...without } = reactions;
  if (people.length === 0) return { ...rest, reactions: without };
  return { ...rest, reactions: { ...reactions, [emoji]: people } };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
