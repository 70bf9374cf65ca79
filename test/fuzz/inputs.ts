import fc from "fast-check";
import { clientSchemas } from "../../protocol/events.ts";
import { MAX_FRAME_BYTES } from "../../protocol/limits.ts";

/** What clients could send: almost right, cut up, or nothing that anybody would. */

/** Stands for the id of a person who is there. */
export const SOMEBODY = "0123456789abcdef0123";

const UUID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";
const brackets = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const nested = (depth: number): unknown => JSON.parse(brackets(depth));
/** Stands in frames for what is nested so deeply that JSON.stringify could not write it. */
const ABYSS = "@abyss";

const texts = [
  "",
  "hi",
  "Tea",
  "lobby",
  "fuzz",
  "p-secret",
  "d-0123",
  "!public",
  "__proto__",
  SOMEBODY,
  UUID,
  "👍",
  "👩‍👩‍👧‍👦",
  "\ud83d",
  "\u0000",
  "\u202Eabc",
  ABYSS,
  "é".repeat(4_001),
  `a${"\u0301".repeat(1_500)}${"\u0323".repeat(1_500)}`,
  ">".repeat(4_000),
  "- ".repeat(2_000),
];

const leaf = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts) },
  { weight: 2, arbitrary: fc.integer({ min: -2, max: 120 }) },
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom<unknown>(true, false, null, 2 ** 53, 1.5, -0, 1e300, {}, [], nested(1_000)),
  fc.uuid(),
);

/** The names of all fields, and some that objects have anyway. */
const FIELDS =
  "room id seq text after before limit name kind topic owner create user query emoji on mentions replyTo everywhere unread rooms invite files file type size width preview token pid offset __proto__ constructor toString";
const field = fc.constantFrom(...FIELDS.split(" "));

/** Has what each of the events needs; the schemas pass over the rest. */
const whole = fc.record({
  room: fc.constantFrom("lobby", "fuzz", "tea"),
  id: fc.uuid(),
  seq: fc.integer({ min: 1, max: 30 }),
  text: fc.constantFrom("hi", "**b** https://x.example", "語".repeat(500)),
  name: fc.constantFrom("Tea", "Ada", "Zoë"),
  user: fc.constant(SOMEBODY),
  emoji: fc.constantFrom("👍", "🎉"),
  rooms: fc.constant({ lobby: 0, fuzz: 1 }),
});
const odd = fc.dictionary(field, fc.oneof(leaf, fc.array(leaf, { maxLength: 4 })), { maxKeys: 4 });
const json: fc.Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3 });

export const data: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(whole, odd).map(([a, b]) => ({ ...a, ...b })) },
  { weight: 2, arbitrary: whole },
  odd,
  json,
  leaf,
);

/** Without those that end the session, which would end the fuzzing too. */
const EVENTS = Object.keys(clientSchemas).filter((name) => name !== "signOut");
const eventName = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...EVENTS) },
  fc.constantFrom("game:move", "a:", "connect", "ack", "connect_error", "toString", "fly"),
);

/** Pieces of a frame put together anew. */
function cutUp(frames: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(frames, fc.nat(200), fc.nat(200), fc.string({ unit: "binary", maxLength: 4 }))
    .map(([frame, from, to, more]) => frame.slice(0, from) + more + frame.slice(to));
}

/** Frames that API Gateway takes: it would close the connection after a larger one. */
function fitting<T extends { frame: string }>(inputs: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return inputs
    .map((input) => ({ ...input, frame: input.frame.replace(`"${ABYSS}"`, brackets(12_000)) }))
    .filter(({ frame }) => Buffer.byteLength(frame) <= MAX_FRAME_BYTES);
}

const junk = fc.string({ unit: "binary", maxLength: 60 });

/** A frame with this ack id, or one that needs none. */
export interface Input {
  frame: string;
  id?: number;
}

const packet = fc.record({ name: eventName, data, more: fc.array(json, { maxLength: 1 }) });

const envelope = fc.tuple(packet, fc.nat(2 ** 31)).map(([{ name, data, more }, id]): Input => {
  const frame = JSON.stringify({ action: name, data: [data, ...more], id });
  return ["connect", "ack", "connect_error"].includes(name) ? { frame } : { frame, id };
});
const malformed = fc.oneof(
  cutUp(envelope.map(({ frame }) => frame)),
  fc.record({ action: leaf, data: json, id: leaf, nsp: leaf }).map((one) => JSON.stringify(one)),
  junk,
);

export const envelopes: fc.Arbitrary<Input> = fitting(
  fc.oneof(
    { weight: 3, arbitrary: envelope },
    { weight: 1, arbitrary: malformed.map((frame): Input => ({ frame })) },
  ),
);

const raw = fc.tuple(packet, fc.nat(2 ** 31)).map(([{ name, data, more }, id]): Input => {
  const frame = `42${id}${JSON.stringify([name, data, ...more])}`;
  // These names are Socket.IO's own: a packet with one is malformed.
  return ["connect", "connect_error"].includes(name) ? { frame } : { frame, id };
});
/** The types of Engine.IO's and Socket.IO's packets. */
const TYPES = ["0", "1", "2", "3", "40", "41", "42", "43", "44", "451-", "46", "5", "6", "b"];
const rawMalformed = fc.oneof(
  cutUp(raw.map(({ frame }) => frame)),
  fc.tuple(fc.constantFrom(...TYPES), junk).map(([type, text]) => type + text),
  junk,
);

export const raws: fc.Arbitrary<Input> = fitting(
  fc.oneof(
    // Most of the malformed close the connection, and a new one costs as much as ten frames.
    { weight: 9, arbitrary: raw },
    { weight: 1, arbitrary: rawMalformed.map((frame): Input => ({ frame })) },
  ),
);
