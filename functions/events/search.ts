import { ClientError } from "../../protocol/errors.ts";
import { DEFAULT_PAGE } from "../../protocol/limits.ts";
import { fold } from "../../protocol/text.ts";
import { requireConnection, requireLive } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { toMessage } from "../chat/log/entry-view.ts";
import { MergedLogs } from "../chat/log/merge-logs.ts";
import { show } from "../chat/log/page.ts";
import type { EntryRecord, MessageRecord } from "../store/entries.ts";
import { bytesOf } from "../store/items.ts";
import { queryMemberships } from "../store/memberships.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Messages with all the words, newest first, in one room or in all of one's own. */
export const search: ChatEvent<"search"> = async ({ connectionId }, data) => {
  const { text, room, from, until, before: cursor } = data;
  const words = fold(text).split(/\s+/u).filter(Boolean);
  if (words.length === 0) throw new ClientError("bad_request", "text must hold a word");
  const { user } = await (room === undefined
    ? requireConnection(connectionId)
    : requireLive(connectionId, room));
  await charge(user, "search");
  const memberships = room === undefined ? await queryMemberships(user.id) : [{ room }];
  const rooms = memberships.map((one) => one.room);

  const logs = new MergedLogs(rooms, bytesOf(memberships), cursor, until);
  const found: MessageRecord[] = [];
  while (found.length < DEFAULT_PAGE) {
    const entry = await logs.next();
    if (entry === undefined) break;
    if (isMatch(entry, words, from)) found.push(entry);
  }
  const entries = await show(found, toMessage);
  for (const left of found.slice(entries.length).reverse()) logs.putBack(left);
  return { entries, more: logs.cursor !== undefined, before: logs.cursor };
};

function isMatch(
  entry: EntryRecord,
  words: readonly string[],
  from: string | undefined,
): entry is MessageRecord {
  if (entry.kind !== "message" || entry.deletedAt !== undefined) return false;
  if (from !== undefined && entry.author.id !== from) return false;
  const names = entry.files?.map(({ name }) => name) ?? [];
  const text = fold([entry.text, ...names].join(" "));
  return words.every((word) => text.includes(word));
}
