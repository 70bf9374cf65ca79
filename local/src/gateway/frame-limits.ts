import type { Duplex } from "node:stream";
import { MAX_FRAME, MAX_MESSAGE } from "./quotas.ts";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;

interface FrameHeader {
  readonly final: boolean;
  readonly opcode: number;
  /** The bytes that follow the header: the masking key and the payload. */
  readonly rest: number;
  readonly payload: number;
}

/**
 * Refuses frames that are too long or binary, and messages that are too long. ws reports only whole
 * messages, so this reads the headers of the frames as they arrive, before ws does. Anything that
 * is not a WebSocket frame is left to ws.
 */
export class FrameLimits {
  readonly #refuse: (code: number) => void;
  #header: number[] = [];
  /** Bytes until the next header. */
  #skip = 0;
  /** The length of the current message so far. */
  #message = 0;
  /**
   * How many whole messages within the limits have arrived, and how many of them ws has reported.
   */
  #arrived = 0;
  #told = 0;
  #over = false;

  /**
   * Must be created in the tick in which ws begins to listen to the socket.
   * @param refuse closes the connection with a code
   */
  constructor(socket: Duplex, refuse: (code: number) => void) {
    this.#refuse = refuse;
    socket.prependListener("data", (chunk: Buffer) => this.#read(chunk));
  }

  /** Whether the message that ws reports now is within the limits. */
  admits(): boolean {
    if (this.#told >= this.#arrived) return false;
    this.#told++;
    return true;
  }

  #read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#over) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      this.#header.push(chunk[at++] ?? 0);
      const header = parseHeader(this.#header);
      if (header === undefined) continue;
      this.#header = [];
      this.#skip = header.rest;
      this.#check(header);
    }
  }

  #check({ final, opcode, payload }: FrameHeader): void {
    if (opcode === CLOSE) this.#over = true;
    if (opcode >= CLOSE) return;
    if (opcode === TEXT || opcode === BINARY) this.#message = 0;
    this.#message += payload;
    if (opcode === BINARY) this.#stop(1003);
    else if (payload > MAX_FRAME || this.#message > MAX_MESSAGE) this.#stop(1009);
    else if (final) this.#arrived++;
  }

  /** This runs after ws has reported the messages that came before in the same chunk. */
  #stop(code: number): void {
    this.#over = true;
    queueMicrotask(() => this.#refuse(code));
  }
}

/** RFC 6455, section 5.2; undefined while bytes of the header are missing. */
function parseHeader(bytes: readonly number[]): FrameHeader | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const size = short === 127 ? 8 : short === 126 ? 2 : 0;
  if (bytes.length < 2 + size) return undefined;
  const payload =
    size === 0 ? short : bytes.slice(2).reduce((length, byte) => length * 256 + byte, 0);
  const mask = second & 0x80 ? 4 : 0;
  return { final: (first & 0x80) !== 0, opcode: first & 0x0f, rest: mask + payload, payload };
}
