import type { Parts, Transfers } from "../../files/transfers.ts";
import { load, once } from "../../load.ts";
import type { LocalFile } from "../state.ts";
import { backoff, sleep } from "../timers.ts";

/** Storage keeps what no message has for a day. What was uploaded earlier than this is uploaded again. */
const KEPT_MS = 12 * 60 * 60 * 1_000;

export type Uploads = ReturnType<typeof createUploads>;

/** Files on their way, of which most of the script is loaded once there are some. */
export function createUploads(parts: Parts) {
  const loaded = once(async () => {
    const { createTransfers } = await load(() => import("../../files/transfers.ts"));
    return createTransfers(parts);
  });

  /** What somebody picks without a network waits until the script has loaded. */
  const transfers = (tries = 0): Promise<Transfers> =>
    loaded().catch(async () => {
      await sleep(backoff(tries));
      return transfers(tries + 1);
    });

  type Of<Name extends keyof Transfers> = Parameters<Transfers[Name]>;
  return {
    attach: async (...given: Of<"attach">) => (await transfers()).attach(...given),
    enlarge: async (...given: Of<"enlarge">) => (await transfers()).enlarge(...given),
    upload: async (...given: Of<"upload">) => (await transfers()).upload(...given),
    /** Ends the uploads of files, and forgets what is in them. */
    async forget(files: readonly LocalFile[] = []): Promise<void> {
      if (files.length > 0) (await transfers()).forget(files);
    },
    isUploaded: ({ id, uploadedAt = 0 }: LocalFile): boolean =>
      id !== undefined && Date.now() - uploadedAt < KEPT_MS,
  };
}
