import { ClientError } from "../../protocol/errors.ts";
import { DEFAULT_PAGE } from "../../protocol/limits.ts";
import { EMPTY, readBefore } from "../store/history.ts";
import { queryLive } from "../store/live.ts";
import { getMembership } from "../store/members.ts";
import { getRoom } from "../store/rooms.ts";
import { requireConnection } from "./access.ts";
import { tellJoined } from "./comings.ts";
import { seenBy, toFacts } from "./facts.ts";
import { handler } from "./handler.ts";
import { becomeMember, mendMembership, openPublicRoom } from "./membership.ts";
import { online } from "./notices.ts";
import { subscribe } from "./subscribe.ts";
import { toPage, toRoom } from "./view.ts";

/** Enters a room, making it if it is new; the connection watches it from then on. */
export const joinRoom = handler("joinRoom", async (context, { room: id, after = 0 }) => {
  const { connectionId, dialect } = context;
  const { user } = await requireConnection(connectionId);
  const live = { connectionId, user, dialect, watching: true };
  const [opened, known] = await Promise.all([openPublicRoom(id, user), getMembership(user.id, id)]);
  let isNew = false;
  if (known) {
    await mendMembership(user, id, connectionId);
  } else {
    if (opened.kind !== "public") throw new ClientError("not_found", "There is no such room");
    isNew = await becomeMember(user, id, connectionId);
  }
  const membership = await subscribe(id, live);

  // Only now the log: what is said from here on is pushed, and what was said before is read.
  const [records, lives, room = opened] = await Promise.all([
    readBefore(id, DEFAULT_PAGE + 1),
    queryLive(id),
    // Whom it belongs to may have been settled with this joiner.
    isNew ? getRoom(id) : opened,
  ]);
  const [facts = toFacts(room)] = await seenBy(user.id, [room]);
  if (isNew) await tellJoined(id, user, connectionId);
  return {
    room: toRoom(facts, records.at(-1) ?? EMPTY, membership),
    ...(await toPage(
      id,
      records.filter(({ seq }) => seq > after),
      "newest",
      DEFAULT_PAGE,
    )),
    online: online(lives),
  };
});
