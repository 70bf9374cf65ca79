import { MAX_MENTIONS } from "../../../protocol/limits.ts";
import type { MessageEntry, User } from "../../../protocol/model.ts";
import { messageAt } from "../log/room-log.ts";
import { type ChatStore, shownLog } from "../store.ts";
import { asPending, type createChanges } from "./changes.ts";
import type { createOutbox } from "./outbox.ts";

/** What is written to a room and not sent yet. */
export interface Draft {
  readonly text: string;
  /** `seq` of the message that it answers. */
  readonly replyTo?: number;
  /** The people who were picked by name: those whose name is still there are meant. */
  readonly mentions?: readonly User[];
}

/** A message of one's own that is being rewritten. */
export interface Editing {
  readonly room: string;
  readonly seq: number;
  readonly text: string;
}

/** Where the drafts survive the page. */
export interface DraftStore {
  load(): Promise<Record<string, Draft>>;
  /** An empty draft is taken out. */
  put(room: string, draft: Draft): Promise<void>;
}

const noDraft: Draft = { text: "" };

interface Parts {
  store: ChatStore;
  kept: DraftStore;
  outbox: ReturnType<typeof createOutbox>;
  changes: ReturnType<typeof createChanges>;
  /** Something is being written to the room. */
  typing: (room: string) => void;
}

/** What the composer does. */
export function createDrafts({ store, kept, outbox, changes, typing }: Parts) {
  const { getState, setState } = store;

  function update(room: string, change: Partial<Draft>): void {
    const draft = { ...(getState().drafts[room] ?? noDraft), ...change };
    setState(({ drafts }) => ({ drafts: { ...drafts, [room]: draft } }));
    void kept.put(room, draft);
  }

  function editingIn(room: string): Editing | undefined {
    const { editing } = getState();
    return editing?.room === room ? editing : undefined;
  }

  /** A message as it is shown, with what is on its way. */
  function shown(room: string, seq: number): MessageEntry | undefined {
    const { views, changes, user } = getState();
    const message = messageAt(shownLog(views[room]), seq);
    return message && asPending(message, changes, user?.id ?? "");
  }

  function edit(room: string, seq: number): void {
    const message = shown(room, seq);
    if (message === undefined || message.deletedAt !== undefined) return;
    setState({ editing: { room, seq, text: message.text } });
  }

  function send(room: string): boolean {
    const { text, replyTo, mentions = [] } = getState().drafts[room] ?? noDraft;
    if (text.trim() === "") return false;
    const meant = mentions.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
    outbox.add(room, text, {
      ...(replyTo !== undefined && { replyTo }),
      ...(meant.length > 0 && { mentions: [...new Set(meant)].slice(0, MAX_MENTIONS) }),
    });
    const { [room]: _, ...drafts } = getState().drafts;
    setState({ drafts });
    void kept.put(room, noDraft);
    return true;
  }

  function save({ room, seq, text }: Editing): void {
    setState({ editing: undefined });
    if (text.trim() !== "" && text !== shown(room, seq)?.text) changes.edit(room, seq, text);
  }

  return {
    /** Brings back what was written before the page was loaded; what is written since stays. */
    async load(): Promise<void> {
      const left = await kept.load();
      setState(({ drafts }) => ({ drafts: { ...left, ...drafts } }));
    },
    forgetAll(): void {
      for (const room of Object.keys(getState().drafts)) void kept.put(room, noDraft);
    },
    /** Sends the draft, or saves what was rewritten. @returns whether a message was sent */
    submit(room: string): boolean {
      const editing = editingIn(room);
      if (editing === undefined) return send(room);
      save(editing);
      return false;
    },
    actions: {
      setDraft(room: string, text: string): void {
        const editing = editingIn(room);
        if (editing) setState({ editing: { ...editing, text } });
        else {
          update(room, { text });
          if (text.trim() !== "") typing(room);
        }
      },
      /** Notes who is meant by a name that was put into the text. */
      mention(room: string, user: User): void {
        if (editingIn(room)) return;
        const { mentions = [] } = getState().drafts[room] ?? noDraft;
        update(room, { mentions: [...mentions.filter(({ id }) => id !== user.id), user] });
      },
      /** Lets the draft answer a message, or none. */
      reply(room: string, seq: number | undefined): void {
        setState({ editing: undefined });
        update(room, { replyTo: seq });
      },
      startEditing: edit,
      editLast(room: string): void {
        const { views, user } = getState();
        const last = shownLog(views[room]).entries.findLast(
          (entry) =>
            entry.kind === "message" &&
            entry.author.id === user?.id &&
            entry.deletedAt === undefined &&
            !changes.isDeleting(room, entry.seq),
        );
        if (last) edit(room, last.seq);
      },
      stopEditing: (): void => setState({ editing: undefined }),
    },
  };
}
