import { parallel } from "../../parallel.ts";
import { type Listing, noteActivity, queryDirectory } from "../../store/directory.ts";
import { readHead } from "../../store/entries.ts";

const DIRECTORY_PAGE = 100;

/**
 * Lists how lively the public rooms are, for a directory that asks no room itself. Only those with
 * somebody online in them, now or when they were last looked at, cost a read, and a write if
 * something has changed.
 * @param online ids of the people online, by room
 */
export async function listActivity(
  online: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<void> {
  for (let after: string | undefined; ; ) {
    const page = await queryDirectory(after, DIRECTORY_PAGE);
    const awake = page.filter((listing) => online.has(listing.id) || listing.online);
    await parallel(awake, (listing) => update(listing, online.get(listing.id)?.size ?? 0));
    after = page.at(-1)?.id;
    if (page.length < DIRECTORY_PAGE) return;
  }
}

async function update(listing: Listing, online: number): Promise<void> {
  const { seq: head, at: activeAt } = await readHead(listing.id);
  if (listing.online === online && listing.head === head) return;
  await noteActivity(listing.id, { online, activeAt, head });
}
