import { MAX_ACK_BYTES } from "../../../protocol/limits.ts";
import type { Entry } from "../../../protocol/model.ts";
import type { EntryRecord } from "../../store/entries.ts";
import { toEntries } from "./entry-view.ts";

/** How much of a list an ack holds. */

/** Bytes of a list in an ack: leaves room for the rest of the ack. */
const PAGE_BYTES = MAX_ACK_BYTES - 32 * 1024;

/** As many entries as a page holds, beginning at one end of what was read. */
export async function toPage(
  room: string,
  records: readonly EntryRecord[],
  from: "oldest" | "newest",
  limit: number,
): Promise<{ entries: Entry[]; more: boolean }> {
  const ascending = await toEntries(room, records);
  const entries = from === "oldest" ? ascending : ascending.toReversed();
  const page = entries.slice(0, Math.max(1, Math.min(limit, howManyFit(entries))));
  return {
    entries: from === "oldest" ? page : page.toReversed(),
    more: page.length < entries.length,
  };
}

/** How many of a list, from the first on, fit into one ack. */
export function howManyFit(list: readonly object[]): number {
  let bytes = 0;
  const tooMany = list.findIndex((one) => {
    bytes += Buffer.byteLength(JSON.stringify(one));
    return bytes > PAGE_BYTES;
  });
  return tooMany === -1 ? list.length : tooMany;
}
