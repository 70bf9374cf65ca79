import { ClientError } from "../../protocol/errors.ts";
import { MAX_FILES } from "../../protocol/limits.ts";
import type { Draft, LocalFile } from "../chat/state.ts";
import type { FileStorage } from "../chat/storage/file-storage.ts";
import type { ChatStore } from "../chat/store.ts";
import { NoAnswer } from "../chat/wire/errors.ts";
import type { Wire } from "../chat/wire/wire.ts";
import { uuid } from "../chat/writing/uuid.ts";
import { words } from "../words.ts";
import { postForm } from "./post.ts";

/** How long an address of a file is used, in ms: it is valid for five minutes. */
const ADDRESS_MS = 4 * 60_000;

export interface Parts {
  store: ChatStore;
  wire: Wire;
  storage: FileStorage;
}

export type Transfers = ReturnType<typeof createTransfers>;

/** Files on their way: from what a person picks to the storage, and back to the page by an address. */
export function createTransfers({ store, wire, storage }: Parts) {
  const { getState, setState } = store;
  const running = new Map<string, AbortController>();
  /** What was picked, by the key of what was made of it. */
  const picked = new Map<string, File>();
  const addresses = new Map<string, { url: Promise<string>; until: number }>();

  function note(key: string, part: number | undefined): void {
    const { [key]: _, ...others } = getState().progress;
    setState({ progress: part === undefined ? others : { ...others, [key]: part } });
  }

  async function prepare(file: File, isFull: boolean): Promise<LocalFile> {
    const { prepareFile } = await import("./prepare.ts");
    const { content, ...facts } = await prepareFile(file, isFull);
    const key = uuid();
    picked.set(key, file);
    await storage.put(key, content);
    return { key, ...facts };
  }

  function forget(files: readonly LocalFile[] = []): void {
    for (const { key } of files) {
      running.get(key)?.abort();
      picked.delete(key);
      note(key, undefined);
      void storage.remove(key);
    }
  }

  async function upload(room: string, file: LocalFile, signal: AbortSignal): Promise<string> {
    const content = await storage.get(file.key);
    if (content === undefined) throw new ClientError("not_found", words.files.gone);
    const { name, type, size, width, height, preview } = file;
    const side = width && height ? { width, height } : {};
    const announced = { room, name, type, size, ...side, ...(preview && { preview }) };
    const { file: id, post } = await wire.request("upload", announced);
    const status = await postForm(post, content, signal, (part) => note(file.key, part));
    if (status === 0) throw new NoAnswer(getState().connection === "up");
    if (status >= 300) throw new ClientError("busy", words.files.notTaken);
    return id;
  }

  return {
    forget,
    /**
     * Makes files ready to be sent: pictures without what tells where and when they were taken, and
     * not larger than screens need unless `isFull`.
     */
    async attach(files: readonly File[], draft: Draft | undefined): Promise<readonly LocalFile[]> {
      const before = draft?.files ?? [];
      const taken = files.slice(0, MAX_FILES - before.length);
      if (taken.length < files.length) setState({ problem: words.files.tooMany(MAX_FILES) });
      return Promise.all(taken.map((file) => prepare(file, false)));
    },
    /** The same files, with their pictures in their own size. */
    async enlarge(files: readonly LocalFile[]): Promise<readonly LocalFile[]> {
      return Promise.all(
        files.map(async (file) => {
          const original = picked.get(file.key);
          if (!file.scaled || original === undefined) return file;
          const full = await prepare(original, true);
          forget([file]);
          return full;
        }),
      );
    },
    /** @returns what is known of the file then; nothing if that was cancelled */
    async upload(room: string, file: LocalFile): Promise<Partial<LocalFile> | undefined> {
      const controller = new AbortController();
      running.set(file.key, controller);
      try {
        note(file.key, 0);
        const id = await upload(room, file, controller.signal);
        return { id, uploadedAt: Date.now() };
      } catch (error) {
        if (controller.signal.aborted) return undefined;
        throw error;
      } finally {
        running.delete(file.key);
        if (controller.signal.aborted) note(file.key, undefined);
      }
    },
    /** An address from which a message's file can be shown, or downloaded. */
    addressOf(room: string, seq: number, file: string, download = false): Promise<string> {
      const known = addresses.get(file);
      if (known && known.until > Date.now() && !download) return known.url;
      const asked = wire.request("file", { room, seq, file, download });
      const url = asked.then((answer) => answer.url);
      if (!download) {
        addresses.set(file, { url, until: Date.now() + ADDRESS_MS });
        url.catch(() => addresses.delete(file));
      }
      return url;
    },
    forgetAddress: (file: string): void => void addresses.delete(file),
  };
}
