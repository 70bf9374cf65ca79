import fc from "fast-check";
import * as v from "valibot";
import { toClientError } from "../../functions/wire/errors.ts";
import { decodeEnvelope, encodeEnvelope } from "../../protocol/envelope.ts";
import { errorCodes, FrameError } from "../../protocol/errors.ts";
import { Auth, CustomData, clientSchemas } from "../../protocol/events.ts";
import type { Incoming } from "../../protocol/packet.ts";
import { decodeRaw, encodeRaw } from "../../protocol/raw.ts";
import { data, envelopes, raws } from "./inputs.ts";
import type { Tally } from "./tally.ts";

/** Gives inputs to the schemas and the dialects, without a server. */

const SCHEMAS: [string, v.GenericSchema][] = [
  ...Object.entries(clientSchemas),
  ["connect", Auth],
  ["a custom event", CustomData],
];

/** Above this one input would hold a function for too long, on whatever machine. */
const MAX_MS = 1_000;

/** @param batch how many inputs of each kind */
export function fuzzDirectly(tally: Tally, seed: number, batch: number): void {
  const sample = <T>(arbitrary: fc.Arbitrary<T>) => fc.sample(arbitrary, { seed, numRuns: batch });
  for (const one of sample(data)) {
    for (const [name, schema] of SCHEMAS) run(tally, name, one, () => checked(schema, one));
  }
  for (const { frame } of sample(envelopes)) {
    run(tally, "envelope", frame, () => decoded(decodeEnvelope, encodeEnvelope, frame));
  }
  for (const { frame } of sample(raws)) {
    run(tally, "raw", frame, () => decoded(decodeRaw, encodeRaw, frame));
  }
}

function run(tally: Tally, name: string, input: unknown, go: () => string): void {
  const begun = performance.now();
  try {
    tally.count(go());
  } catch (error) {
    tally.find(`${name} throws ${error}`, textOf(input));
  }
  const ms = performance.now() - begun;
  if (ms > MAX_MS) tally.find(`${name} takes ${ms.toFixed(0)} ms`, textOf(input));
  tally.took(ms, ms > tally.slowest.ms ? textOf(input) : "");
}

function checked(schema: v.GenericSchema, input: unknown): string {
  const result = v.safeParse(schema, input);
  if (result.success) return "ok";
  const { code } = toClientError(result.issues[0], "data");
  if (!errorCodes.includes(code)) throw new Error(`The code ${code} is not one of the set`);
  return code;
}

/** What a dialect reads of a frame it writes and reads the same. */
function decoded(
  decode: (frame: string) => Incoming,
  encode: (packet: Exclude<Incoming, { type: "noop" | "close" }>) => string,
  frame: string,
): string {
  let packet: Incoming;
  try {
    packet = decode(frame);
  } catch (error) {
    if (error instanceof FrameError) return error.code;
    throw error;
  }
  if (packet.type === "noop" || packet.type === "close") return packet.type;
  // JSON.stringify cannot write it, and the server passes on nothing that is nested so deeply.
  if (frame.includes("[".repeat(2_000))) return "ok";
  const again = decode(encode(packet));
  if (JSON.stringify(again) !== JSON.stringify(packet)) throw new Error("It reads differently");
  return "ok";
}

function textOf(input: unknown): string {
  try {
    return typeof input === "string" ? input : JSON.stringify(input);
  } catch {
    return "nested deeply";
  }
}
