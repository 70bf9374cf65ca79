import { ClientError } from "../../protocol/errors.ts";
import type { AckData } from "../../protocol/events.ts";
import { MAX_FILES } from "../../protocol/limits.ts";
import type { LocalFile } from "../chat/state.ts";
import type { Unsent } from "../chat/storage/unsent.ts";
import type { ChatStore } from "../chat/store.ts";
import { NoAnswer } from "../chat/wire/errors.ts";
import type { Wire } from "../chat/wire/wire.ts";
import { uuid } from "../chat/writing/uuid.ts";
import type { Config } from "../join/config.ts";
import { words } from "../words.ts";
import { prepareFile } from "./prepare.ts";

const MB = 1024 * 1024;

export interface Parts {
  store: ChatStore;
  wire: Wire;
  storage: Unsent["files"];
  config: () => Promise<Pick<Config, "maxFileMB">>;
}

export type Transfers = ReturnType<typeof createTransfers>;

/** Files on their way, from what a person picks to the storage. */
export function createTransfers({ store, wire, storage, config }: Parts) {
  const { getState, setState } = store;
  const running = new Map<string, AbortController>();
  /** The original files, by the key of what was prepared from each. */
  const picked = new Map<string, File>();

  function note(key: string, part: number | undefined): void {
    const { [key]: _, ...others } = getState().progress;
    setState({ progress: part === undefined ? others : { ...others, [key]: part } });
  }

  async function prepare(file: File, isFull: boolean): Promise<LocalFile | undefined> {
    if (file.size === 0) {
      setState({ problem: words.files.empty(file.name) });
      return undefined;
    }
    const { content, ...facts } = await prepareFile(file, isFull);
    // Without a network the server says it, when the file is sent.
    const known = await config().catch((): Partial<Config> => ({}));
    const { maxFileMB = Number.POSITIVE_INFINITY } = known;
    if (facts.size > maxFileMB * MB) {
      setState({ problem: words.files.overLimit(file.name, maxFileMB) });
      return undefined;
    }
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
    async attach(
      files: readonly File[],
      before: readonly LocalFile[],
    ): Promise<readonly LocalFile[]> {
      const taken = files.slice(0, MAX_FILES - before.length);
      if (taken.length < files.length) setState({ problem: words.files.tooMany(MAX_FILES) });
      const made = await Promise.all(taken.map((file) => prepare(file, false)));
      return made.flatMap((file) => file ?? []);
    },
    /** The same files, with their pictures in their own size. */
    async enlarge(files: readonly LocalFile[]): Promise<readonly LocalFile[]> {
      return Promise.all(
        files.map(async (file) => {
          const original = picked.get(file.key);
          if (!file.scaled || original === undefined) return file;
          const full = await prepare(original, true);
          if (full === undefined) return file;
          forget([file]);
          return full;
        }),
      );
    },
    /** @returns what to note of the file; undefined if it was cancelled */
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
  };
}

/**
 * Posts a file to the storage. (`fetch` does not tell how much has been sent.)
 * @returns the status of the answer; 0 if there is none, or the signal has ended it
 */
function postForm(
  { url, fields }: AckData["upload"]["post"],
  content: Blob,
  signal: AbortSignal,
  progress: (part: number) => void,
): Promise<number> {
  return new Promise((resolve) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", content);
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
    request.addEventListener("loadend", () => {
      signal.removeEventListener("abort", abort);
      resolve(request.status);
    });
    signal.addEventListener("abort", abort);
    request.open("POST", url);
    request.send(form);
    if (signal.aborted) abort();
  });
}
