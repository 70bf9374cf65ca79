import type { Duplex } from "node:stream";
import { MAX_FRAME, MAX_MESSAGE } from "./quotas.ts";

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;

interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  /** The masking key and the payload, which follow the header, in bytes. */
  readonly rest: number;
  readonly payload: number;
}

/**
 * Holds a client's frames to API Gateway's limits: ws tells of whole messages only. It reads the
 * frames' headers as they come in, before ws does; what is no WebSocket frame ws itself closes.
 */
export class FrameWatch {
  readonly #refuse: (code: number) => void;
  #header: number[] = [];
  /** Bytes to pass over until the next header. */
  #skip = 0;
  #message = 0;
  /** Messages that were sent whole, and those of them that were taken. */
  #sent = 0;
  #taken = 0;
  #over = false;

  /** To be called in the tick in which ws has begun to listen to the socket. */
  constructor(socket: Duplex, refuse: (code: number) => void) {
    this.#refuse = refuse;
    socket.prependListener("data", (chunk: Buffer) => this.#read(chunk));
  }

  /** Whether the message that ws tells of now is to be taken. */
  takes(): boolean {
    if (this.#taken >= this.#sent) return false;
    this.#taken++;
    return true;
  }

  #read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#over) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, chunk.length - at);
        this.#skip -= passed;
        at += passed;
        continue;
      }
      this.#header.push(chunk[at++] ?? 0);
      const frame = parseHeader(this.#header);
      if (frame === undefined) continue;
      this.#header = [];
      this.#skip = frame.rest;
      this.#frame(frame);
    }
  }

  #frame({ final, opcode, payload }: Frame): void {
    if (opcode === CLOSE) this.#over = true;
    if (opcode >= CLOSE) return;
    if (opcode === TEXT || opcode === BINARY) this.#message = 0;
    this.#message += payload;
    if (opcode === BINARY) this.#stop(1003);
    else if (payload > MAX_FRAME || this.#message > MAX_MESSAGE) this.#stop(1009);
    else if (final) this.#sent++;
  }

  /** What came before in the same chunk is ws's to tell first. */
  #stop(code: number): void {
    this.#over = true;
    queueMicrotask(() => this.#refuse(code));
  }
}

/** RFC 6455, section 5.2; nothing while bytes are missing. */
function parseHeader(bytes: readonly number[]): Frame | undefined {
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
