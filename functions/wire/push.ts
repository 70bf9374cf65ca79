import type { Packet } from "../../protocol/packet.ts";
import { type Outcome, post } from "../aws/posts.ts";
import type { Dialect } from "../store/items.ts";
import { dialects } from "./dialects.ts";

/** How long in ms an ack waits for pushes; what is left then is for `deliver`. */
const WITHIN_MS = 2_000;

export interface Recipient {
  connectionId: string;
  dialect: Dialect;
}

/** Pushes a packet, encoded once for each dialect. */
export async function push(
  recipients: readonly Recipient[],
  packet: Packet,
  withinMs = WITHIN_MS,
): Promise<Outcome> {
  const bodies = new Map<Dialect, string>();
  const posts = recipients.map(({ connectionId, dialect }) => {
    const body = bodies.get(dialect) ?? dialects[dialect].encode(packet);
    bodies.set(dialect, body);
    return { connectionId, body };
  });
  return post(posts, withinMs);
}
