import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { WebSocket } from "ws";
import { PING } from "../../protocol/envelope.ts";
import { FRAME_WINDOW_MS, MAX_FRAMES } from "../../protocol/limits.ts";
import { envelopes, type Input, raws, SOMEBODY } from "./inputs.ts";
import type { Tally } from "./tally.ts";

/** Sends inputs through the gateway, in both dialects, over connections that keep to the limit of frames. */

/** A frame that has not been answered by then hangs. */
const PATIENCE_MS = 60_000;
/** From one input to the next, a fourth of which are two frames. */
const PAUSE_MS = (1.25 * FRAME_WINDOW_MS) / MAX_FRAMES;
/** Inputs of one person. The budget of a new guest lasts for the first half of them, more or less. */
const PER_PERSON = 200;
/** Connections are spread over as many sets of rooms: what everybody hears is few inputs for much work. */
const GROUPS = 10;

interface Dialect {
  path: string;
  inputs: fc.Arbitrary<Input>;
  /** The frames that connect somebody, and what the last answer begins with. */
  connect(name: string): string;
  connected: string;
  /** What shows that a frame without an ack has been served: a frame that is answered, and its answer. */
  probe: [frame: string, answer: string];
  /** Whether the dialect closes the connection after what is no packet. */
  closes: boolean;
}

const ENVELOPE: Dialect = {
  path: "/ws",
  inputs: envelopes,
  connect: (name) => JSON.stringify({ action: "connect", data: { name } }),
  connected: '{"action":"session"',
  probe: [PING, PING],
  closes: false,
};
const RAW: Dialect = {
  path: "/socket.io/?EIO=4&transport=websocket",
  inputs: raws,
  connect: (name) => `40${JSON.stringify({ name })}`,
  connected: '42["session"',
  probe: ["3", "6"],
  closes: true,
};

/** @param connections how many in each dialect */
export async function fuzzGateway(
  tally: Tally,
  {
    origin,
    seed,
    connections,
    until,
  }: { origin: string; seed: number; connections: number; until(): boolean },
): Promise<void> {
  const people: string[] = [];
  const runs = [ENVELOPE, RAW].flatMap((dialect) =>
    Array.from({ length: connections }, async (_, n) => {
      // One after the other: where all handshakes wait for each other, the last one may time out.
      await sleep(n * PAUSE_MS);
      for (let round = 0; until(); round++) {
        const inputs = fc.sample(dialect.inputs, {
          seed: seed + n * 10_000 + round,
          numRuns: PER_PERSON,
        });
        const fuzzing = { origin, inputs, people, group: n % GROUPS, until };
        await fuzzPerson(tally, dialect, fuzzing).catch((error: unknown) =>
          tally.find("the handshake fails", String(error)),
        );
      }
    }),
  );
  await Promise.all(runs);
}

interface Fuzzing {
  origin: string;
  inputs: readonly Input[];
  /** Ids of those who have come. */
  people: string[];
  /** The first one keeps to the rooms that the inputs name; the others have rooms of their own. */
  group: number;
  until(): boolean;
}

/** Somebody new sends the inputs. */
async function fuzzPerson(
  tally: Tally,
  dialect: Dialect,
  { origin, inputs, people, group, until }: Fuzzing,
): Promise<void> {
  let line = await Line.open(origin, dialect);
  try {
    line.send(dialect.connect("Fuzz"));
    const session = await line.answer((frame) => frame.startsWith(dialect.connected));
    const [, id] = /"id":"([0-9a-f]{20})"/.exec(session) ?? [];
    if (id === undefined) return tally.find("nobody can connect", session);
    people.push(id);
    let isSomebody = true;
    for (const input of dialect.closes ? malformedLast(inputs) : inputs) {
      if (!until()) return;
      const begun = performance.now();
      const somebody = people.at(Math.floor(Math.random() * people.length)) ?? "";
      const named = input.frame.replaceAll(SOMEBODY, somebody);
      const frame = group ? named.replace(/"(lobby|fuzz|tea)"/g, `"$1-${group}"`) : named;
      const outcome = await line.exchange({ ...input, frame }, dialect);
      const ms = performance.now() - begun;
      tally.took(ms, frame);
      tally.count(outcome);
      for (const bad of line.bad.splice(0)) tally.find(bad, frame);
      if (outcome === "hangs") return tally.find("no answer", frame);
      if (outcome === "unauthorized" && isSomebody) return;
      if (outcome === "closed") {
        if (!dialect.closes) return tally.find("the connection has closed", frame);
        // What is no packet is refused without asking who has sent it, and a CONNECT costs much.
        line = await Line.open(origin, dialect);
        isSomebody = false;
      }
      await sleep(Math.max(0, PAUSE_MS - ms));
    }
  } finally {
    line.close();
  }
}

function malformedLast(inputs: readonly Input[]): Input[] {
  return inputs.toSorted((a, b) => Number(a.id === undefined) - Number(b.id === undefined));
}

/** A connection, and the frames that have come since the last question. */
class Line {
  /** Frames that must not come. */
  readonly bad: string[] = [];
  readonly #ws: WebSocket;
  #isClosed = false;
  #frames: string[] = [];
  #look: () => void = () => {};

  private constructor(url: string) {
    this.#ws = new WebSocket(url);
    this.#ws.on("message", (data) => {
      const frame = String(data);
      if (/^\{"message": ?"/.test(frame)) this.bad.push(`API Gateway answers ${frame}`);
      if (frame.includes('"code":"internal"')) this.bad.push("the answer is internal");
      this.#frames.push(frame);
      this.#look();
    });
    this.#ws.on("close", () => {
      this.#isClosed = true;
      this.#look();
    });
  }

  /** @throws {Error} if the handshake fails */
  static async open(origin: string, { path, closes }: Dialect): Promise<Line> {
    const line = new Line(origin.replace("http", "ws") + path);
    await once(line.#ws, "open");
    // Until the open packet has come, a stock client sends nothing.
    if (closes) await line.answer((frame) => frame.startsWith("0"));
    return line;
  }

  send(frame: string): void {
    this.#ws.send(frame);
  }

  close(): void {
    this.#ws.terminate();
  }

  /** The first frame that matches, "closed" or "hangs". */
  async answer(matches: (frame: string) => boolean): Promise<string> {
    let hangs = false;
    const timer = setTimeout(() => {
      hangs = true;
      this.#look();
    }, PATIENCE_MS);
    try {
      for (;;) {
        const found = this.#frames.find(matches);
        if (found !== undefined) return found;
        if (this.#isClosed) return "closed";
        if (hangs) return "hangs";
        await new Promise<void>((resolve) => {
          this.#look = resolve;
        });
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends an input. @returns the code of its answer, "ok", "served", "closed" or "hangs" */
  async exchange({ frame, id }: Input, { probe: [probe, echo] }: Dialect): Promise<string> {
    this.#frames = [];
    this.send(frame);
    if (id === undefined) {
      this.send(probe);
      const answer = await this.answer((one) => one === echo);
      return answer === echo ? (codeIn(this.#frames.join()) ?? "served") : answer;
    }
    const ack = new RegExp(`^\\{"action":"ack".*"id":${id}\\}$|^43${id}\\[`, "s");
    const answer = await this.answer((one) => ack.test(one));
    if (answer === "closed" || answer === "hangs") return answer;
    return codeIn(answer) ?? "ok";
  }
}

function codeIn(answer: string): string | undefined {
  return /"error":\{"code":"(\w+)"|\["error",\{"code":"(\w+)"|"action":"error","data":\[\{"code":"(\w+)"/
    .exec(answer)
    ?.slice(1)
    .find((code) => code !== undefined);
}
