import type { Parts, Transfers } from "../../files/transfers.ts";
import type { LocalFile } from "../state.ts";

/** Storage keeps what no message has for a day. What was uploaded earlier than this is uploaded again. */
const KEPT_MS = 12 * 60 * 60 * 1_000;

export type Uploads = ReturnType<typeof createUploads>;

/** Files on their way, of which most of the script is loaded once there are some. */
export function createUploads(parts: Parts) {
  let loading: Promise<Transfers> | undefined;
  const load = () => {
    loading ??= import("../../files/transfers.ts").then(({ createTransfers }) =>
      createTransfers(parts),
    );
    loading.catch(() => {
      loading = undefined;
    });
    return loading;
  };
  type Of<Name extends keyof Transfers> = Parameters<Transfers[Name]>;
  return {
    attach: async (...given: Of<"attach">) => (await load()).attach(...given),
    enlarge: async (...given: Of<"enlarge">) => (await load()).enlarge(...given),
    upload: async (...given: Of<"upload">) => (await load()).upload(...given),
    /** Ends the uploads of files, and forgets what is in them. */
    async forget(files: readonly LocalFile[] = []): Promise<void> {
      if (files.length > 0) (await load()).forget(files);
    },
    isUploaded: ({ id, uploadedAt = 0 }: LocalFile): boolean =>
      id !== undefined && Date.now() - uploadedAt < KEPT_MS,
  };
}
