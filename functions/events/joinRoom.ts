import { ClientError } from "../../protocol/errors.ts";
import type { AckData, ClientData } from "../../protocol/events.ts";
import { DEFAULT_PAGE } from "../../protocol/limits.ts";
import { requireConnection } from "../chat/access.ts";
import { seenBy, toFacts } from "../chat/rooms/facts.ts";
import { becomeMember, mendMembership, openPublicRoom } from "../chat/rooms/membership.ts";
import { toPage, toRoom } from "../chat/rooms/room-view.ts";
import { subscribe } from "../chat/subscribe.ts";
import { tellJoined } from "../chat/telling/comings.ts";
import { online } from "../chat/telling/notices.ts";
import { EMPTY, readBefore } from "../store/entries.ts";
import { queryLive } from "../store/live.ts";
import { getMembership } from "../store/memberships.ts";
import { getRoom } from "../store/room-records.ts";
import type { Context } from "../wire/serve.ts";

/** Enters a room, making it if it is new; the connection watches it from then on. */
export async function joinRoom(
  context: Context,
  { room: id, after = 0 }: ClientData<"joinRoom">,
): Promise<AckData["joinRoom"]> {
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
}
