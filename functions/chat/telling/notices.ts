import { serverEvent } from "../../../protocol/events.ts";
import { MAX_CONNECTIONS, MAX_POSTS } from "../../../protocol/limits.ts";
import type { Room, User } from "../../../protocol/model.ts";
import type { Packet } from "../../../protocol/packet.ts";
import { isDirect } from "../../../protocol/rooms.ts";
import { startJob } from "../../aws/invocations.ts";
import { parallel } from "../../parallel.ts";
import { deleteLive, queryLive } from "../../store/live.ts";
import { type RoomRecord, updateListing } from "../../store/room-records.ts";
import { putTodo } from "../../store/todos.ts";
import { push, type Recipient, tryToPush } from "../../wire/dialects.ts";
import { endConnections } from "../end-connection.ts";
import { toFacts } from "../rooms/room-view.ts";
import { audienceOf } from "./presence.ts";

/**
 * Notices: the pushes about rooms and people that are not in a log. Posts can overtake each other,
 * so each notice carries a number, `n` or `rev`, and clients ignore a notice that is older than
 * what they know. (`presence.ts` pushes those of presence.)
 */

/** Of a frame's posts, those reserved for the person's own connections: two for each. */
const OWN_POSTS = 2 * MAX_CONNECTIONS;

/**
 * Pushes that a membership began or ended, if the room is small enough. Of more connections than a
 * frame may post to, the others learn it when they look at the room anew.
 */
export async function tellMembership(
  event: "joined" | "left",
  notice: { room: string; user: User; n: number },
  { also = [], except }: { also?: readonly Recipient[]; except?: string | undefined } = {},
): Promise<void> {
  const lives = [...also, ...(await audienceOf(notice.room))].slice(0, MAX_POSTS - OWN_POSTS);
  await tell(notice.room, lives, serverEvent(event, notice), except);
}

/** Pushes that a person types to the others who watch the room, if it is small enough. */
export async function tellTyping(room: string, user: User): Promise<void> {
  const lives = await audienceOf(room);
  const others = lives.filter((live) => live.watching && live.user.id !== user.id);
  await tellNow(room, others, serverEvent("typing", { room, user }));
}

/** Connections that are told at once that a room has passed to somebody. */
export const FEW = MAX_CONNECTIONS;

/**
 * Pushes a changed room to everyone in it, except to the connection that gets the ack.
 * @param most with more connections than this, a job tells them
 */
export async function tellChanged(
  record: RoomRecord,
  { acked, most = MAX_POSTS - FEW }: { acked?: string | undefined; most?: number } = {},
): Promise<void> {
  if (record.kind === "public") await updateListing(record);
  const lives = await queryLive(record.id, most + 1);
  if (lives.length <= most)
    await tell(record.id, lives, serverEvent("room", toFacts(record)), acked);
  else await startJob(await putTodo({ kind: "change", of: record.id }));
}

type Gone = { id: string; gone: true; n: number };

/** Pushes to a person's connections that a room is new to the person, or gone. */
export async function tellPerson(tabs: readonly Recipient[], room: Room | Gone): Promise<void> {
  await endConnections(await push(tabs, serverEvent("room", room)));
}

/** Pushes a packet to connections in a room, except to one, such as the sender's: its copy is the ack. */
export async function tell(
  room: string,
  lives: readonly Recipient[],
  packet: Packet,
  except?: string,
) {
  const recipients = lives.filter(({ connectionId }) => connectionId !== except);
  await end(room, await push(recipients, packet));
}

/** The same for what is worth nothing later: posts that do not get through at once are dropped. */
export async function tellNow(room: string, recipients: readonly Recipient[], packet: Packet) {
  const { gone } = await tryToPush(recipients, packet);
  await end(room, gone);
}

/** Ends connections in a room that are gone. */
async function end(room: string, gone: readonly string[]): Promise<void> {
  if (gone.length === 0) return;
  // The connection's own item, which lists its live items, may be gone already.
  if (!isDirect(room)) await parallel(gone, (connectionId) => deleteLive(room, connectionId));
  await endConnections(gone);
}
