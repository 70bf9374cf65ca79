import { timingSafeEqual } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dialect } from "../../protocol/packet.ts";
import { encodeOpen, type OpenPacket } from "../../protocol/raw.ts";
import { post } from "../aws/posts.ts";
import type { SocketEvent } from "./dialects.ts";

/** How a connection opens: what `$connect` reads, and the packet that a stock client waits for. */

/** As `infra/site.ts` names it. */
const ORIGIN_KEY_HEADER = "x-origin-key";

/** Headers keep the case that the client, or CloudFront, gave them. */
export function headerOf({ headers }: SocketEvent, header: string): string | undefined {
  return Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === header)?.[1];
}

/** Whether a handshake came through the site's distribution, which alone knows the key. */
export function hasOriginKey(event: SocketEvent, key: string): boolean {
  const given = Buffer.from(headerOf(event, ORIGIN_KEY_HEADER) ?? "");
  const wanted = Buffer.from(key);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/**
 * Whether pages of an origin may connect. Scheme, host and port must be those of an allowed origin;
 * `:*` at the end of an allowed origin stands for any port.
 */
export function isAllowed(origin: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined) return true;
  return allowed.some((one) =>
    one.endsWith(":*")
      ? origin.replace(/:\d+$/, "") === one.slice(0, -":*".length)
      : origin === one,
  );
}

/**
 * The dialect of a client that opens a connection: Engine.IO's query means a stock client.
 * @returns undefined for an older protocol, another transport or an upgrade of one
 */
export function readHandshake({ queryStringParameters }: SocketEvent): Dialect | undefined {
  const { EIO, transport, sid } = queryStringParameters ?? {};
  if (EIO === undefined && transport === undefined) return "envelope";
  return EIO === "4" && transport === "websocket" && sid === undefined ? "raw" : undefined;
}

/**
 * ms for posting the packet. `$connect` returns meanwhile; until then a post is 410. A client that
 * hangs up must not hold a function for longer.
 */
const WITHIN_MS = 1_000;
/** ms before the second try; it doubles with each try. */
const PAUSE_MS = 25;

/**
 * Posts the open packet, for which a stock client waits before it sends anything.
 * @param isThere whether the client has not hung up yet
 * @returns false if the connection did not open
 */
export async function postOpen(
  connectionId: string,
  timers: Omit<OpenPacket, "sid">,
  isThere: () => Promise<boolean>,
): Promise<boolean> {
  const body = encodeOpen({ sid: connectionId, ...timers });
  const deadline = Date.now() + WITHIN_MS;
  for (let pause = PAUSE_MS; await isThere(); pause *= 2) {
    const { gone, left, refused } = await post([{ connectionId, body }], deadline - Date.now());
    if (gone.length === 0) return left.length + refused === 0;
    if (Date.now() + pause > deadline) return false;
    await sleep(pause);
  }
  return false;
}
