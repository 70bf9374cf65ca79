import { randomUUID } from "node:crypto";
import { ClientError } from "../../protocol/errors.ts";
import type { ClientData } from "../../protocol/events.ts";
import type { User } from "../../protocol/model.ts";
import { isReserved, LOBBY, PRIVATE_PREFIX } from "../../protocol/rooms.ts";
import { fold } from "../../protocol/text.ts";
import { requireConnection, requireMember } from "../chat/access.ts";
import { charge } from "../chat/budget.ts";
import { sha256 } from "../chat/identity/tokens.ts";
import { becomeMember, requireSpace } from "../chat/rooms/join-and-leave.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { subscribe } from "../chat/subscribe.ts";
import { getRoom, putPublicRoom, putRoom, type RoomRecord } from "../store/room-records.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** How many code units of a room's name its id shows. */
const SLUG_LENGTH = 40;

/** Creates a room, which belongs to its creator; the connection watches it. */
export const createRoom: ChatEvent<"createRoom"> = async ({ connectionId }, data) => {
  const connection = await requireConnection(connectionId);
  const { user } = connection;
  const room = await make(user, data);
  // A person who has left the room does not return by sending this event again.
  if (room.owner !== user.id) await requireMember(connectionId, room.id);
  await becomeMember(user, room, connectionId);
  const membership = await subscribe(room.id, { ...connection, watching: true });
  return { room: await viewRoom(room, user.id, membership) };
};

/** The room that an earlier try has created, or a new one. */
async function make(user: User, data: ClientData<"createRoom">): Promise<RoomRecord> {
  const { id: event = randomUUID(), name, kind, topic } = data;
  const madeBy = sha256(`${user.id} ${event}`).slice(0, 32);
  const room = { name, topic: topic || undefined, owner: user.id, madeBy };
  const ids = kind === "private" ? [PRIVATE_PREFIX + madeBy] : publicIds(name, madeBy);
  // Once, though somebody else may be faster with the first id.
  let isPaid = false;
  for (const id of ids) {
    const known = await getRoom(id);
    if (known?.madeBy === madeBy) return known;
    if (known || id === LOBBY) continue;
    if (!isPaid) {
      await requireSpace(user);
      await charge(user, "newRoom");
      isPaid = true;
    }
    const made = await (kind === "private"
      ? putRoom({ ...room, id, kind })
      : putPublicRoom({ ...room, id }));
    if (made.madeBy === madeBy) return made;
  }
  throw new ClientError("busy", "Others are creating rooms with that name; try again");
}

/** The id is made from the name, if no other room has that id. */
function publicIds(name: string, madeBy: string): string[] {
  const words = fold(name).replace(/[^a-z0-9]+/g, "-");
  const slug = words.slice(0, SLUG_LENGTH).replace(/^-+|-+$/g, "");
  const free = slug === "" || isReserved(`${slug}-`) ? `room${slug && "-"}${slug}` : slug;
  return [free, `${free}-${madeBy.slice(0, 8)}`];
}
