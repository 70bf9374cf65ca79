import { ClientError } from "../../protocol/errors.ts";
import { type CustomData, type CustomEventName, serverEvent } from "../../protocol/events.ts";
import { CUSTOM_PER_SECOND, MAX_CUSTOM_BYTES, MAX_CUSTOM_WATCHERS } from "../../protocol/limits.ts";
import { requireLive } from "../chat/access.ts";
import { tellNow } from "../chat/telling/notices.ts";
import { countSent, queryLive } from "../store/live.ts";
import type { Context } from "../wire/serve.ts";

/**
 * How many connections of a room are read to find those that watch it. A room with more takes no
 * custom events, however few of them watch: the reads would cost more than the event is worth.
 */
const MAX_READ = 500;

/** Passes an app's own event on to the other connections that watch the room. */
export async function custom(
  { connectionId }: Context,
  name: CustomEventName,
  data: CustomData,
): Promise<object> {
  if (bytesOf(data) > MAX_CUSTOM_BYTES) {
    throw new ClientError("too_large", `data must hold at most ${MAX_CUSTOM_BYTES} bytes as JSON`);
  }
  const { room } = data;
  const limit = { most: CUSTOM_PER_SECOND, ms: 1_000 };
  const live = await countSent(room, connectionId, "customAt", limit);
  if (!live) {
    await requireLive(connectionId, room);
    throw new ClientError("rate_limited", `At most ${CUSTOM_PER_SECOND} custom events a second`);
  }
  const lives = await queryLive(room, MAX_READ + 1);
  const watchers = lives.filter(({ watching }) => watching);
  if (lives.length > MAX_READ || watchers.length > MAX_CUSTOM_WATCHERS) {
    throw new ClientError("forbidden", "Too many connections are in the room for custom events");
  }
  const others = watchers.filter((one) => one.connectionId !== connectionId);
  await tellNow(room, others, serverEvent(name, { ...data, user: live.user }));
  return {};
}

/** JSON.stringify overflows the stack on what is nested some thousand times; no fewer bytes do that. */
function bytesOf(data: CustomData): number {
  try {
    return Buffer.byteLength(JSON.stringify(data));
  } catch {
    return Infinity;
  }
}
