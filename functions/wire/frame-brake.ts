import { type ErrorInfo, FrameError } from "../../protocol/errors.ts";
import { FRAME_WINDOW_MS, MAX_FRAMES, MAX_FRAMES_OPEN } from "../../protocol/limits.ts";
import type { Dialect } from "../../protocol/packet.ts";
import { close } from "../aws/posts.ts";
import { log } from "../lambda.ts";
import { dialects, respond, type SocketResult } from "./dialects.ts";
import { type Refused, refusal } from "./errors.ts";

/**
 * Limits the frames of a connection. It is a brake, not an exact limit: each execution environment
 * counts the frames that it serves, in memory, and no table is read.
 */

/** The frames of each connection in the current window, which begins for all at the same time. */
export const frames = new Map<string, number>();

let windowEnds = 0;

/** @returns the answer to a frame above the limit, which is not served */
export async function brake(
  connectionId: string,
  frame: string,
  dialect: Dialect,
): Promise<SocketResult | undefined> {
  const now = Date.now();
  if (now >= windowEnds) {
    frames.clear();
    windowEnds = now + FRAME_WINDOW_MS;
  }
  const count = (frames.get(connectionId) ?? 0) + 1;
  frames.set(connectionId, count);
  if (count <= MAX_FRAMES) return undefined;
  if (count <= MAX_FRAMES_OPEN) {
    if (count === MAX_FRAMES + 1) log.warn("too many frames");
    return refuse(frame, dialect);
  }
  // Frames that are on their way still arrive; not each of them has to close the connection.
  if ((count - MAX_FRAMES_OPEN) % MAX_FRAMES === 1) {
    log.warn("closing for too many frames", { count });
    await close(connectionId);
  }
  return respond(undefined, dialect);
}

const TOO_MANY: ErrorInfo = {
  code: "rate_limited",
  message: "Too many frames; wait some seconds before the next",
};

/** The frame is decoded only because the answer needs its id. */
function refuse(frame: string, dialect: Dialect): SocketResult {
  let refused: Refused = {};
  try {
    refused = dialects[dialect].decode(frame);
  } catch (error) {
    if (error instanceof FrameError) refused = error;
  }
  return respond(refusal(refused, TOO_MANY), dialect);
}
