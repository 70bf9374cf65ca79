import { MAX_MENTIONS } from "../../../protocol/limits.ts";
import type { MessageEntry, User } from "../../../protocol/model.ts";
import { words } from "../../words.ts";
import { messageAt, shownLog } from "../log/room-log.ts";
import type { createTyping } from "../people/typing.ts";
import type { Draft, Editing, LocalFile } from "../state.ts";
import type { Unsent } from "../storage/unsent.ts";
import type { ChatStore } from "../store.ts";
import { asPending, type Changes } from "./changes.ts";
import type { Outbox } from "./outbox.ts";
import type { Uploads } from "./uploads.ts";

const noDraft: Draft = { text: "" };

interface Parts {
  store: ChatStore;
  storage: Unsent["drafts"];
  outbox: Pick<Outbox, "add">;
  changes: Pick<Changes, "edit">;
  uploads: Pick<Uploads, "attach" | "enlarge" | "forget">;
  typing: Pick<ReturnType<typeof createTyping>, "send">;
}

/** What the composer holds: a draft for each room, or a message that is being edited. */
export function createDrafts({ store, storage, outbox, changes, uploads, typing }: Parts) {
  const { getState, setState } = store;
  /** By room, the last change of its draft's files. */
  const preparations = new Map<string, Promise<void>>();

  function update(room: string, change: Partial<Draft>): void {
    const draft = { ...(getState().drafts[room] ?? noDraft), ...change };
    setState(({ drafts }) => ({ drafts: { ...drafts, [room]: draft } }));
    void storage.put(room, draft);
  }

  function editingIn(room: string): Editing | undefined {
    const { editing } = getState();
    return editing?.room === room ? editing : undefined;
  }

  /** A message as the page shows it. */
  function shownMessage(room: string, seq: number): MessageEntry | undefined {
    const { views, changes, user } = getState();
    const message = messageAt(shownLog(views[room]), seq);
    return message && asPending(message, changes, user?.id ?? "");
  }

  function edit(room: string, seq: number): void {
    const message = shownMessage(room, seq);
    if (message === undefined || message.deletedAt !== undefined) return;
    setState({ editing: { room, seq, text: message.text } });
  }

  function send(room: string): boolean {
    const { text, replyTo, mentions = [], files = [] } = getState().drafts[room] ?? noDraft;
    const isEmpty = text.trim() === "" && files.length === 0;
    if (isEmpty || getState().preparing.has(room)) return false;
    const named = mentions.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
    // The outbox deletes the stored draft too.
    outbox.add(room, text.trim() === "" ? "" : text, {
      ...(files.length > 0 && { files }),
      ...(replyTo !== undefined && { replyTo }),
      ...(named.length > 0 && { mentions: [...new Set(named)].slice(0, MAX_MENTIONS) }),
    });
    const { [room]: _, ...drafts } = getState().drafts;
    setState({ drafts });
    return true;
  }

  /** Changes the files of a draft, one change after the other. It cannot be sent meanwhile. */
  async function prepare(
    room: string,
    make: (files: readonly LocalFile[]) => Promise<readonly LocalFile[]>,
  ): Promise<void> {
    setState(({ preparing }) => ({ preparing: new Set([...preparing, room]) }));
    const before = preparations.get(room);
    const mine = (async () => {
      await before;
      try {
        update(room, { files: await make(filesOf(room)) });
      } catch {
        setState({ problem: words.files.unreadable });
      }
    })();
    preparations.set(room, mine);
    await mine;
    if (preparations.get(room) !== mine) return;
    preparations.delete(room);
    setState(({ preparing }) => ({
      preparing: new Set([...preparing].filter((one) => one !== room)),
    }));
  }

  function filesOf(room: string): readonly LocalFile[] {
    return getState().drafts[room]?.files ?? [];
  }

  function save({ room, seq, text }: Editing): void {
    setState({ editing: undefined });
    if (text.trim() !== "" && text !== shownMessage(room, seq)?.text) changes.edit(room, seq, text);
  }

  return {
    /** Brings back what an earlier page has stored. What is written since then stays. */
    async load(): Promise<void> {
      const stored = await storage.load();
      setState(({ drafts }) => ({ drafts: { ...stored, ...drafts } }));
    },
    forgetAll(): void {
      for (const [room, { files }] of Object.entries(getState().drafts)) {
        void storage.put(room, noDraft);
        void uploads.forget(files);
      }
    },
    /**
     * Sends the draft, or saves the message that is being edited.
     * @returns whether a message was sent
     */
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
          if (text.trim() !== "") typing.send(room);
        }
      },
      /** Notes who is mentioned by a name that was put into the text. */
      mention(room: string, { id, name }: User): void {
        if (editingIn(room)) return;
        const { mentions = [] } = getState().drafts[room] ?? noDraft;
        update(room, { mentions: [...mentions.filter((one) => one.id !== id), { id, name }] });
      },
      attach: (room: string, files: readonly File[]): void =>
        void prepare(room, async (before) => {
          const more = await uploads.attach(files, before);
          return [...filesOf(room), ...more];
        }),
      detach(room: string, file: LocalFile): void {
        update(room, { files: filesOf(room).filter(({ key }) => key !== file.key) });
        void uploads.forget([file]);
      },
      /** Sends the draft's pictures in their own size. */
      enlarge: (room: string): void =>
        void prepare(room, async (before) => {
          const full = await uploads.enlarge(before);
          const kept = new Set(filesOf(room).map(({ key }) => key));
          // Some may have been taken back meanwhile.
          const isKept = (_: LocalFile, index: number) => kept.has(before[index]?.key ?? "");
          void uploads.forget(full.filter((one, index) => !isKept(one, index)));
          return full.filter(isKept);
        }),
      /** Makes the draft a reply to a message, or to none. */
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
            shownMessage(room, entry.seq)?.deletedAt === undefined,
        );
        if (last) edit(room, last.seq);
      },
      stopEditing: (): void => setState({ editing: undefined }),
    },
  };
}
