import { serverEvent } from "../../protocol/events.ts";
import { refuse, requireLive } from "../chat/access.ts";
import { toUnread } from "../chat/rooms/room-view.ts";
import { followUp } from "../chat/telling/tell.ts";
import { EMPTY, readBefore, readHead } from "../store/entries.ts";
import { dropMentions, getMembership, raiseRead } from "../store/memberships.ts";
import { tabsOf } from "../store/users.ts";
import { push } from "../wire/dialects.ts";
import type { ChatEvent } from "./chat-event.ts";

/** Moves the person's read mark, which only grows, and tells the person's other connections. */
export const read: ChatEvent<"read"> = async ({ connectionId }, { room, seq }) => {
  const [{ user }, head, [upTo = EMPTY]] = await Promise.all([
    requireLive(connectionId, room),
    readHead(room),
    // The newest entry up to `seq`: a seq beyond the head means the head.
    readBefore(room, 1, Math.min(seq, Number.MAX_SAFE_INTEGER - 1) + 1),
  ]);
  const raised = await raiseRead(user.id, room, { seq: upTo.seq, count: upTo.count });
  const membership = raised ?? (await getMembership(user.id, room));
  if (!membership) return refuse(connectionId, room);
  const marks = toUnread(membership, head.count);
  if (!raised) return marks;

  const old = [...raised.mentions].filter((one) => one <= raised.read.seq);
  if (old.length > 0) await dropMentions(user.id, room, old);
  const notice = { room, seq: raised.read.seq, ...marks };
  const others = await tabsOf(user.id, connectionId);
  await followUp(await push(others, serverEvent("read", notice)));
  return marks;
};
