import { serverEvent } from "../../protocol/events.ts";
import { refuse, requireLive } from "../chat/access.ts";
import { endConnections } from "../chat/end-connection.ts";
import { toUnread } from "../chat/rooms/room-view.ts";
import { EMPTY, readAfter, readBefore, readHead } from "../store/entries.ts";
import {
  dropMentions,
  getMembership,
  lowerRead,
  type Membership,
  raiseRead,
} from "../store/memberships.ts";
import { tabsOf } from "../store/users.ts";
import { push } from "../wire/dialects.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Messages after a mark that is moved back, among which unread mentions are looked for. */
const LOOKED_AT = 25;

/**
 * Moves the person's read mark forward, or back if `unread` says so, and tells the person's other
 * connections.
 */
export const read: ChatEvent<"read"> = async ({ connectionId }, { room, seq, unread }) => {
  const [{ user }, head, [upTo = EMPTY]] = await Promise.all([
    requireLive(connectionId, room),
    readHead(room),
    // The newest entry up to `seq`: a seq beyond the head means the head.
    readBefore(room, 1, Math.min(seq, Number.MAX_SAFE_INTEGER - 1) + 1),
  ]);
  const mark = { seq: upTo.seq, count: upTo.count };
  const moved = await (unread ? lower(user.id, room, mark) : raise(user.id, room, mark));
  const membership = moved ?? (await getMembership(user.id, room));
  if (!membership) return refuse(connectionId, room);
  const marks = { ...toUnread(membership, head.count), n: Date.now() };
  if (!moved) return marks;

  const others = await tabsOf(user.id, connectionId);
  await endConnections(await push(others, serverEvent("read", { room, seq: mark.seq, ...marks })));
  return marks;
};

type Mark = Membership["read"];

async function raise(userId: string, room: string, mark: Mark): Promise<Membership | undefined> {
  const raised = await raiseRead(userId, room, mark);
  const old = [...(raised?.mentions ?? [])].filter((one) => one <= mark.seq);
  if (old.length > 0) await dropMentions(userId, room, old);
  return raised;
}

/** Mentions that were read are no longer noted: they are found in the messages themselves. */
async function lower(userId: string, room: string, mark: Mark): Promise<Membership | undefined> {
  const entries = await readAfter(room, LOOKED_AT, mark.seq);
  const mentions = entries.filter(
    (entry) => entry.kind === "message" && entry.mentions?.includes(userId),
  );
  return lowerRead(userId, room, mark, new Set(mentions.map((entry) => entry.seq)));
}
