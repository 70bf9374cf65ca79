import { ClientError } from "../../../protocol/errors.ts";
import type { Logs } from "../log/logs.ts";
import type { createReadMarks } from "../rooms/read-marks.ts";
import type { Outgoing } from "../state.ts";
import type { Unsent } from "../storage/unsent.ts";
import type { ChatStore } from "../store.ts";
import { sleep } from "../timers.ts";
import { sentenceOf } from "../wire/errors.ts";
import { ANSWER_PATIENCE_MS, type Wire } from "../wire/wire.ts";
import { createRetryQueue } from "./retry-queue.ts";
import { raiseAfter } from "./stale.ts";
import type { Uploads } from "./uploads.ts";
import { uuid } from "./uuid.ts";

/**
 * A message fails after two unanswered tries, about 10 s. It then stays on the page and waits for a
 * person to send it again or to delete it.
 */
const MAX_UNANSWERED = 2;

interface Parts {
  store: ChatStore;
  wire: Wire;
  logs: Pick<Logs, "add">;
  readMarks: Pick<ReturnType<typeof createReadMarks>, "ownMessage">;
  storage: Unsent["outbox"];
  uploads: Pick<Uploads, "forget" | "isUploaded" | "upload">;
  wait?: (ms: number) => Promise<void>;
}

export type Outbox = ReturnType<typeof createOutbox>;

/**
 * One's own messages until they are in the log, where each appears once. A message is stored before
 * it is sent and until its ack: after a reload or a crash, or in another tab, the sending goes on.
 */
export function createOutbox({ wait = sleep, ...parts }: Parts) {
  const { store, wire, logs, readMarks, storage, uploads } = parts;
  const { getState, setState } = store;
  let takingUp: Promise<void> | undefined;
  /** Ids of messages that wait until that is done. */
  const adding = new Set<string>();
  /** When the newest message was written, in ms. */
  let lastAt = 0;
  const queue = createRetryQueue<Outgoing>({
    store,
    wire,
    send,
    wait,
    waiting: () => getState().outgoing.filter(({ state }) => state === "pending"),
    async giveUp({ id }, error) {
      await change(id, () => ({ state: "failed", error: sentenceOf(error) }));
    },
    delayed: ({ id }, error) => show(id, { error: sentenceOf(error) }),
    maxUnanswered: MAX_UNANSWERED,
  });

  // What leaves the state leaves the storage: acknowledged, seen in the log, deleted or signed out.
  store.subscribe(({ outgoing }, before) => {
    if (outgoing === before.outgoing) return;
    const left = new Set(outgoing.map(({ id }) => id));
    for (const { id, files } of before.outgoing) {
      if (left.has(id)) continue;
      queue.forget(id);
      void uploads.forget(files);
      void storage.remove(id);
    }
  });

  function find(id: string): Outgoing | undefined {
    return getState().outgoing.find((one) => one.id === id);
  }

  function show(id: string, changed: Partial<Outgoing>): void {
    setState(({ outgoing }) => ({
      outgoing: outgoing.map((one) => (one.id === id ? { ...one, ...changed } : one)),
    }));
  }

  /**
   * Changes a message, also for other tabs.
   * @returns the message, undefined if it is gone
   */
  async function change(
    id: string,
    changed: (stored: Outgoing) => Partial<Outgoing>,
  ): Promise<Outgoing | undefined> {
    const message = find(id);
    const stored = message && (await storage.change(message, changed));
    if (stored) show(id, stored);
    return stored;
  }

  function remove(id: string): void {
    setState(({ outgoing }) => ({ outgoing: outgoing.filter((one) => one.id !== id) }));
  }

  /** Uploads the files of a message one by one. Meanwhile some may be taken back. */
  async function uploadFiles(id: string): Promise<void> {
    for (;;) {
      const message = find(id);
      const next = message?.files?.find((file) => !uploads.isUploaded(file));
      if (message === undefined || next === undefined) return;
      const uploaded = await uploads.upload(message.room, next);
      if (uploaded) {
        await change(id, ({ files }) => ({
          files: files?.map((file) => (file.key === next.key ? { ...file, ...uploaded } : file)),
        }));
      }
    }
  }

  /** Takes a file back. A message of which nothing is left is not sent. */
  async function removeFile(id: string, key: string): Promise<void> {
    const message = find(id);
    const file = message?.files?.find((one) => one.key === key);
    if (message === undefined || file === undefined) return;
    if (message.text === "" && message.files?.length === 1) return remove(id);
    const left = (files: Outgoing["files"]) => files?.filter((one) => one.key !== key);
    show(id, { files: left(message.files) });
    await change(id, ({ files }) => ({ files: left(files) }));
    void uploads.forget([file]);
  }

  async function send({ id }: Outgoing): Promise<void> {
    await uploadFiles(id);
    const now = Date.now();
    let before: number | undefined;
    const message = await change(id, ({ room, after, unansweredAt }) => {
      before = unansweredAt;
      return { after: after ?? headOf(room), unansweredAt: now };
    });
    // Another tab has sent it, or deleted it.
    if (message === undefined) return remove(id);
    const { room, text, after = 0, replyTo, mentions, files = [] } = message;
    try {
      const { entry } = await wire.request(
        "message",
        {
          room,
          id,
          text,
          after,
          replyTo,
          mentions: mentions && [...mentions],
          files: files.length > 0 ? files.flatMap((file) => file.id ?? []) : undefined,
        },
        ANSWER_PATIENCE_MS,
      );
      logs.add(room, [entry]);
      readMarks.ownMessage(room, entry.seq);
      remove(id);
    } catch (error) {
      // `busy` and `internal` do not say that the message is not in the log: something may have failed
      // after it was there, and the adapter says `busy` of what got no answer.
      if (error instanceof ClientError && error.code !== "busy" && error.code !== "internal") {
        // This try is answered: only earlier ones may still come into the log.
        await change(id, ({ unansweredAt }) => ({
          unansweredAt: unansweredAt === now ? before : unansweredAt,
        }));
      }
      const isStale = error instanceof ClientError && error.code === "stale";
      const raise = (after: number) => change(id, () => ({ after }));
      const stale = { wire, wait, user: getState().user?.id, tried: before, raise };
      if (isStale && (await raiseAfter(message, error.head ?? after, stale))) remove(id);
      else throw error;
    }
  }

  function headOf(room: string): number {
    const { views, rooms } = getState();
    return Math.max(views[room]?.log.head ?? 0, rooms[room]?.head ?? 0);
  }

  async function add(room: string, text: string, more: Addition): Promise<void> {
    // Strictly increasing, so that stored messages keep their order.
    lastAt = Math.max(Date.now(), lastAt + 1, (getState().outgoing.at(-1)?.at ?? 0) + 1);
    const id = uuid();
    const message: Outgoing = { ...more, id, room, text, at: lastAt, state: "pending" };
    adding.add(id);
    const stored = storage.put(message);
    // What an earlier page has left was written before this, and is sent before it.
    if (takingUp !== undefined) await takingUp;
    adding.delete(id);
    // The clock of an earlier page may have been ahead.
    const at = Math.max(message.at, (getState().outgoing.at(-1)?.at ?? 0) + 1);
    setState(({ outgoing }) => ({ outgoing: [...outgoing, { ...message, at }] }));
    await stored;
    if (at > message.at) await change(id, () => ({ at }));
    queue.flush();
  }

  async function takeUp(): Promise<void> {
    const stored = await storage.load();
    setState(({ outgoing }) => {
      const known = new Set(outgoing.map(({ id }) => id));
      const left = stored.filter(({ id }) => !known.has(id) && !adding.has(id));
      if (left.length === 0) return {};
      return { outgoing: [...left, ...outgoing].toSorted((a, b) => a.at - b.at) };
    });
  }

  async function flush(): Promise<void> {
    const mine = takeUp();
    takingUp = mine;
    await mine;
    if (takingUp === mine) takingUp = undefined;
    queue.flush();
  }

  async function retry(id: string): Promise<void> {
    queue.forget(id);
    await change(id, () => ({ state: "pending", error: undefined }));
    queue.flush();
  }

  return {
    /** Takes a message; it is shown from now on. */
    add: (room: string, text: string, more: Addition = {}): void => void add(room, text, more),
    /** Takes up what an earlier page or another tab has left, and sends what waits. */
    flush: (): void => void flush(),
    /** Sends a failed message again. */
    retry: (id: string): void => void retry(id),
    /** Deletes a message that is not sent yet, or that has failed. */
    remove,
    removeFile: (id: string, key: string): void => void removeFile(id, key),
  };
}

type Addition = Pick<Outgoing, "replyTo" | "mentions" | "files">;
