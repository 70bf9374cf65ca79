import { decodeEnvelope, encodeEnvelope } from "../envelope.ts";
import { type ErrorInfo, FrameError } from "../errors.ts";
import type { EventPacket, Packet } from "../packet.ts";

/**
 * What a client does when it has sent too much. API Gateway drops a frame then, and answers with an
 * error frame that does not name it: any unanswered frame may be the one.
 */

/**
 * Events that can be sent again because they only read, or leave only what expires unused (`upload`).
 * Other events can if they carry an id.
 */
const READS: ReadonlySet<string> = new Set([
  "file",
  "getRoom",
  "heads",
  "history",
  "people",
  "rooms",
  "search",
  "sessions",
  "upload",
]);

const BUSY: ErrorInfo = { code: "busy", message: "Too much is sent at once; try again" };

/** In ms: no answer comes later, since API Gateway waits 29 s for a function. */
const ANSWERED_WITHIN_MS = 30_000;

/** A longer frame is no refusal, and is not parsed. */
const MAX_REFUSAL_LENGTH = 500;

export class Unanswered {
  /** The last events that asked for an ack, answered or not, in order. */
  #events: { packet: EventPacket; sentAt: number }[] = [];
  #connect: string | undefined;

  /** Notes an event or a CONNECT that is sent. */
  sent(frame: string): void {
    const packet = decodeEnvelope(frame);
    if (packet.type === "connect") this.#connect = frame;
    if (packet.type !== "event" || packet.id === undefined) return;
    const sentAt = Date.now();
    const old = this.#events.findIndex((event) => event.sentAt > sentAt - ANSWERED_WITHIN_MS);
    this.#events.splice(0, old < 0 ? this.#events.length : old);
    this.#events.push({ packet, sentAt });
  }

  /** @returns whether the frame says that too many are sent */
  heard(frame: string): boolean {
    if (/^\{"action":"connect(_error)?"/.test(frame)) this.#connect = undefined;
    if (frame.length > MAX_REFUSAL_LENGTH) return false;
    if (isThrottled(frame)) return true;
    const refused = refusedBy(frame);
    // Other events are limited for other reasons, which do not stop everything else.
    return refused !== undefined && this.#limitedByFrames(refused);
  }

  /**
   * Answers everything that was sent and can be sent again with `busy`. socket.io-client ignores a
   * second answer.
   * @returns the frames for the client
   */
  fail(): string[] {
    const error = { ok: false, error: BUSY };
    return this.#events.splice(0).flatMap(({ packet: { nsp, name, args, id } }) => {
      const canBeSentAgain = READS.has(name) || carriesId(args);
      return id !== undefined && canBeSentAgain
        ? [encodeEnvelope({ type: "ack", nsp, id, args: [error] })]
        : [];
    });
  }

  /** The CONNECT that was not answered yet. */
  get connect(): string | undefined {
    return this.#connect;
  }

  #limitedByFrames({ nsp, id }: { nsp: string; id: number }): boolean {
    const asked = this.#events.find(({ packet }) => packet.id === id && packet.nsp === nsp);
    const name = asked?.packet.name ?? "";
    return READS.has(name) && name !== "search";
  }
}

export function isThrottled(frame: string): boolean {
  return /^\{\s*"message"\s*:\s*"Too Many Requests"/.test(frame);
}

/** The ack in a frame, if its code is `rate_limited`. */
function refusedBy(frame: string): (Packet & { type: "ack" }) | undefined {
  if (!frame.includes('"rate_limited"')) return undefined;
  try {
    const packet = decodeEnvelope(frame);
    return packet.type === "ack" ? packet : undefined;
  } catch (error) {
    if (error instanceof FrameError) return undefined;
    throw error;
  }
}

function carriesId([data]: readonly unknown[]): boolean {
  return typeof data === "object" && data !== null && "id" in data;
}
