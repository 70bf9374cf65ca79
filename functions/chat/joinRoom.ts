import { ClientError } from "../../protocol/errors.ts";
import { DEFAULT_PAGE } from "../../protocol/limits.ts";
import { EMPTY, readBefore } from "../store/history.ts";
import { queryLive } from "../store/live.ts";
import { getMembership } from "../store/members.ts";
import { requireConnection } from "./access.ts";
import { handler } from "./handler.ts";
import { becomeMember, mendListing, openPublicRoom, tellJoined } from "./membership.ts";
import { online } from "./notices.ts";
import { subscribe, subscribeOthers } from "./subscribe.ts";
import { toPage, toRoom } from "./view.ts";

/** Enters a room, making it if it is new; the connection watches it from then on. */
export const joinRoom = handler("joinRoom", async (context, { room: id, after = 0 }) => {
  const { connectionId, dialect } = context;
  const { user } = await requireConnection(connectionId);
  const live = { connectionId, user, dialect, watching: true };
  const { room, created } = await openPublicRoom(id, user);
  let isNew = false;
  if (await getMembership(user.id, id)) {
    await mendListing(user, id);
  } else {
    if (room.kind !== "public") throw new ClientError("not_found", "There is no such room");
    isNew = await becomeMember(user, id, created ? "owner" : "member");
    await subscribeOthers(id, live);
  }
  const membership = await subscribe(id, live);

  // Only now the log: what is said from here on is pushed, and what was said before is read.
  const [records, lives] = await Promise.all([readBefore(id, DEFAULT_PAGE + 1), queryLive(id)]);
  if (isNew) await tellJoined(id, user, connectionId);
  return {
    room: toRoom(room, records.at(-1) ?? EMPTY, membership),
    ...(await toPage(
      id,
      records.filter(({ seq }) => seq > after),
      "newest",
      DEFAULT_PAGE,
    )),
    online: online(lives),
  };
});
