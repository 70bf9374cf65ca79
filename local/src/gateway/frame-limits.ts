import type { Duplex } from "node:stream";

/**
 * In bytes. Anything longer closes the connection with 1009. The quotas of this folder are from
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
const MAX_FRAME = 32 * 1024;
export const MAX_MESSAGE = 128 * 1024;

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;

/**
 * Refuses frames that are too long or binary, and messages that are too long. ws reports only whole
 * messages, so this reads the headers of the frames as they arrive, before ws does. Anything that
 * is not a WebSocket frame is left to ws.
 *
 * Must be called in the tick in which ws begins to listen to the socket.
 * @param refuse closes the connection with a code
 * @returns whether the message that ws reports now is within the limits
 */
export function limitFrames(socket: Duplex, refuse: (code: number) => void): () => boolean {
  let header: number[] = [];
  /** Bytes until the next header. */
  let skip = 0;
  /** The length of the current message so far. */
  let message = 0;
  /** Whole messages within the limits that have arrived, and that ws has not reported yet. */
  let arrived = 0;
  let over = false;
  // This runs after ws has reported the messages that came before in the same chunk.
  const stop = (code: number) => {
    over = true;
    queueMicrotask(() => refuse(code));
  };
  const check = ({ final, opcode, payload }: FrameHeader) => {
    if (opcode === CLOSE) over = true;
    if (opcode >= CLOSE) return;
    if (opcode === TEXT || opcode === BINARY) message = 0;
    message += payload;
    if (opcode === BINARY) stop(1003);
    else if (payload > MAX_FRAME || message > MAX_MESSAGE) stop(1009);
    else if (final) arrived++;
  };
  socket.prependListener("data", (chunk: Buffer) => {
    for (let at = 0; at < chunk.length && !over; ) {
      const skipped = Math.min(skip, chunk.length - at);
      skip -= skipped;
      at += skipped;
      if (at === chunk.length) return;
      header.push(chunk[at++] ?? 0);
      const parsed = parseHeader(header);
      if (parsed === undefined) continue;
      header = [];
      skip = parsed.rest;
      check(parsed);
    }
  });
  return () => {
    if (arrived === 0) return false;
    arrived--;
    return true;
  };
}

type FrameHeader = NonNullable<ReturnType<typeof parseHeader>>;

/** RFC 6455, section 5.2; undefined while bytes of the header are missing. */
function parseHeader(bytes: readonly number[]) {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const size = short === 127 ? 8 : short === 126 ? 2 : 0;
  if (bytes.length < 2 + size) return undefined;
  const payload =
    size === 0 ? short : bytes.slice(2).reduce((length, byte) => length * 256 + byte, 0);
  const mask = second & 0x80 ? 4 : 0;
  // The rest is the masking key and the payload.
  return { final: (first & 0x80) !== 0, opcode: first & 0x0f, rest: mask + payload, payload };
}
