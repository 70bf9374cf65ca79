import { requireLive } from "../chat/access.ts";
import { toPage } from "../chat/log/entry-view.ts";
import { EMPTY, readAfter, readBefore, readHead } from "../store/entries.ts";
import type { ChatEvent } from "./chat-event.ts";

/** A page of a room's log: the newest, those before a seq, or those after one. */
export const history: ChatEvent<"history"> = async ({ connectionId }, data) => {
  const { room, before, after, limit } = data;
  await requireLive(connectionId, room);
  // One entry more than asked for shows whether there are more.
  if (after !== undefined) {
    const [records, { seq }] = await Promise.all([
      readAfter(room, limit + 1, after),
      readHead(room),
    ]);
    return {
      ...(await toPage(room, records, "oldest", limit)),
      head: Math.max(seq, records.at(-1)?.seq ?? 0),
    };
  }
  const records = await readBefore(room, limit + 1, before);
  const { seq } = before === undefined ? (records.at(-1) ?? EMPTY) : await readHead(room);
  return { ...(await toPage(room, records, "newest", limit)), head: seq };
};
