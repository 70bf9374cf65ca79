import { randomBytes } from "node:crypto";
import type { AckData, ClientData } from "../../protocol/events.ts";
import type { User } from "../../protocol/model.ts";
import { isReserved, LOBBY, PRIVATE_PREFIX } from "../../protocol/rooms.ts";
import { requireConnection } from "../chat/access.ts";
import { becomeMember, requireSpace } from "../chat/rooms/membership.ts";
import { viewRoom } from "../chat/rooms/room-view.ts";
import { subscribe } from "../chat/subscribe.ts";
import { getRoom, putPublicRoom, putRoom } from "../store/room-records.ts";
import type { Context } from "../wire/serve.ts";

/** Code units of a room's name that its id shows. */
const SLUG_LENGTH = 40;

/** Makes a room of that name, which belongs to who makes it; the connection watches it. */
export async function createRoom(
  { connectionId, dialect }: Context,
  data: ClientData<"createRoom">,
): Promise<AckData["createRoom"]> {
  const { user } = await requireConnection(connectionId);
  await requireSpace(user);
  const { id } = await (data.kind === "private" ? newPrivate(data, user) : newPublic(data, user));
  await becomeMember(user, id, connectionId);
  const membership = await subscribe(id, { connectionId, user, dialect, watching: true });
  const room = await getRoom(id);
  if (!room) throw new Error(`The room ${id} was made and is gone`);
  return { room: await viewRoom(room, user.id, membership) };
}

type Data = ClientData<"createRoom">;

/** The id is all that keeps strangers from guessing that there is such a room. */
async function newPrivate({ name, topic }: Data, { id: owner }: User) {
  const id = `${PRIVATE_PREFIX}${randomBytes(16).toString("hex")}`;
  const made = await putRoom({ id, name, kind: "private", owner, ...(topic && { topic }) });
  return made.room;
}

/** The id is as the name, if no other room has it. */
async function newPublic({ name, topic }: Data, { id: owner }: User) {
  const slug = toSlug(name);
  for (let id = slug; ; id = `${slug}-${randomBytes(4).toString("hex")}`) {
    if (id === LOBBY || isReserved(id) || (await getRoom(id))) continue;
    const made = await putPublicRoom({ id, name, owner, ...(topic && { topic }) });
    if (made.created) return made.room;
  }
}

function toSlug(name: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, "");
  return slug === "" || isReserved(slug) ? `room${slug && "-"}${slug}` : slug;
}
