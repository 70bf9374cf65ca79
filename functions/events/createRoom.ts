import { randomBytes } from "node:crypto";
import { ClientError } from "../../protocol/errors.ts";
import { isReserved, LOBBY, PRIVATE_PREFIX } from "../../protocol/rooms.ts";
import { fold } from "../../protocol/text.ts";
import { requireConnection } from "../chat/access.ts";
import { becomeMember, requireSpace } from "../chat/rooms/join-and-leave.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { subscribe } from "../chat/subscribe.ts";
import { getRoom, putPublicRoom, putRoom, type RoomRecord } from "../store/room-records.ts";
import type { ChatEvent } from "./chat-event.ts";

/** Code units of a room's name that its id shows. */
const SLUG_LENGTH = 40;

/** Makes a room of that name, which belongs to whoever makes it; the connection watches it. */
export const createRoom: ChatEvent<"createRoom"> = async ({ connectionId, dialect }, data) => {
  const { user } = await requireConnection(connectionId);
  await requireSpace(user);
  const { name, kind, topic } = data;
  const room = await (kind === "private" ? newPrivate : newPublic)({
    name,
    topic: topic || undefined,
    owner: user.id,
  });
  await becomeMember(user, room.id, connectionId);
  const live = { connectionId, user, dialect, watching: true };
  const membership = await subscribe(room.id, live);
  return { room: await viewRoom(room, user.id, membership) };
};

type NewRoom = Pick<RoomRecord, "name" | "topic" | "owner">;

/** The id is all that keeps strangers from guessing that there is such a room. */
async function newPrivate(room: NewRoom): Promise<RoomRecord> {
  const id = PRIVATE_PREFIX + randomBytes(16).toString("hex");
  return (await putRoom({ ...room, id, kind: "private" })).room;
}

/** The id is as the name, if no other room has it. */
async function newPublic(room: NewRoom): Promise<RoomRecord> {
  const slug = toSlug(room.name);
  for (const id of [slug, `${slug}-${randomBytes(4).toString("hex")}`]) {
    if (id === LOBBY || isReserved(id) || (await getRoom(id))) continue;
    const made = await putPublicRoom({ ...room, id });
    if (made.created) return made.room;
  }
  throw new ClientError("busy", "Other rooms of that name are being made; try again");
}

function toSlug(name: string): string {
  const words = fold(name).replace(/[^a-z0-9]+/g, "-");
  const slug = words.slice(0, SLUG_LENGTH).replace(/^-+|-+$/g, "");
  return slug === "" || isReserved(slug) ? `room${slug && "-"}${slug}` : slug;
}
