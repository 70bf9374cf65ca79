import { decodeEnvelope, encodeEnvelope } from "../envelope.ts";
import { type ErrorInfo, FrameError } from "../errors.ts";
import type { EventPacket, Packet } from "../packet.ts";

/**
 * What a client does when it sends too much. API Gateway then drops a frame and answers with one of
 * its own, which does not say what was dropped: it may be anything that is unanswered.
 */

/** Events that can be sent again because they only read; others can if they carry an id. */
const READS: ReadonlySet<string> = new Set([
  "file",
  "getRoom",
  "heads",
  "history",
  "people",
  "rooms",
  "search",
  "sessions",
]);

const BUSY: ErrorInfo = { code: "busy", message: "Too much is sent at once; try again" };

/** After this time, in ms, no answer comes: API Gateway waits for a function for 29 s. */
const ANSWERED_WITHIN_MS = 30_000;

/** Longer frames are no refusals, and are not parsed to find that out. */
const MAX_REFUSAL_LENGTH = 500;

export class Unanswered {
  /** The last events that asked for an ack, answered or not, in order. */
  #events: { packet: EventPacket; sentAt: number }[] = [];
  #connect: string | undefined;

  /** Keeps what a frame asks for. */
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
    // The server limits other events for other reasons, which are no reason to send nothing else.
    return refused !== undefined && this.#limitedByFrames(refused);
  }

  /**
   * Answers what was sent and can be sent again with `busy`; socket.io-client passes over an answer
   * to what is answered already.
   * @returns the frames that the client is to hear
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

  /** The CONNECT that is not answered. */
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

/** The ack that a frame is, if its code is `rate_limited`. */
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
