import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startStack } from "../support/stack.ts";
import type { Attack } from "./attacker.ts";
import { Honest } from "./honest.ts";
import { percentile, type Row } from "./rows.ts";

const PEOPLE = 30;
/** Undisturbed, and beside each attack. */
const QUIET_MS = 10_000;
const ATTACK_MS = 20_000;
const ROOM = "harbour";
const ARCHIVE = "archive";

const ATTACKS: Record<Attack["kind"], string> = {
  pings: "4,000 pings at once, again and again",
  handshakes: "200 handshakes a second that hang up",
  dearest: "the most expensive frame of each kind, as fast as the limits allow",
  unread: "asks for history and does not read it",
  alternating: "two guests who write in turns, 100 messages a second",
};

/** 30 people who write once a second each, undisturbed and then beside one client that does its worst. */
export async function measureWorstCase(): Promise<Row[]> {
  const stack = await startStack();
  try {
    const { origin } = stack;
    await fillArchive(origin);
    const people: Honest[] = [];
    for (let index = 0; index < PEOPLE; index++) {
      people.push(await Honest.join(origin, `Person ${index}`, ROOM));
    }
    // The stack is warm before anything is measured.
    await write(people, 5_000);
    const quiet = toPhase(await write(people, QUIET_MS));
    const goal = Math.max(500, 5 * quiet.p99);
    const rows = [toRow("nobody else", quiet, quiet, "")];
    for (const kind of ["pings", "handshakes", "dearest", "unread", "alternating"] as const) {
      const attacker = attack({ kind, origin, room: ROOM, archive: ARCHIVE, ms: ATTACK_MS });
      const phase = toPhase(await write(people, ATTACK_MS));
      await attacker;
      rows.push(toRow(ATTACKS[kind], phase, quiet, `all, p99 ≤ ${Math.round(goal)} ms`));
      // The traces of this attack must not affect the next one.
      await write(people, 3_000);
    }
    for (const person of people) person.close();
    return rows;
  } finally {
    await stack.remove();
  }
}

/** A log of long texts in an alphabet of two bytes a letter: 200 entries of 8 KB. */
async function fillArchive(origin: string): Promise<void> {
  const text = "я".repeat(4_000);
  const writers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => Honest.join(origin, `Writer ${index}`, ARCHIVE)),
  );
  for (let count = 0; count < 20; count++) {
    await Promise.all(writers.map((writer) => writer.say(ARCHIVE, text)));
    await sleep(250);
  }
  for (const writer of writers) writer.close();
}

/** Everyone writes once a second, at different times. @returns ms until each ack */
async function write(people: readonly Honest[], ms: number): Promise<(number | undefined)[]> {
  const seconds = Math.ceil(ms / 1_000);
  const begun = Date.now();
  const times = await Promise.all(
    people.map(async (person, index) => {
      const acks: Promise<number | undefined>[] = [];
      for (let second = 0; second < seconds; second++) {
        const due = begun + second * 1_000 + (index * 1_000) / people.length;
        await sleep(Math.max(0, due - Date.now()));
        acks.push(person.say(ROOM, `The time is ${second}`));
      }
      return Promise.all(acks);
    }),
  );
  return times.flat();
}

interface Phase {
  sent: number;
  acknowledged: number;
  p50: number;
  p99: number;
}

function toPhase(times: readonly (number | undefined)[]): Phase {
  const acknowledged = times.filter((time) => time !== undefined);
  return {
    sent: times.length,
    acknowledged: acknowledged.length,
    p50: percentile(acknowledged, 0.5),
    p99: percentile(acknowledged, 0.99),
  };
}

function toRow(
  row: string,
  { sent, acknowledged, p50, p99 }: Phase,
  quiet: Phase,
  goal: string,
): Row {
  const share = acknowledged === sent ? `all ${sent}` : `${acknowledged} of ${sent}`;
  return {
    row,
    ours: `${share} acknowledged; p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms`,
    ratio: `p99 ${(p99 / quiet.p99).toFixed(1)}×`,
    goal,
  };
}

async function attack(data: Attack): Promise<void> {
  const file = fileURLToPath(new URL("./attacker.ts", import.meta.url));
  const [code] = await once(fork(file, [JSON.stringify(data)]), "exit");
  if (code !== 0) throw new Error(`The attack "${data.kind}" has failed`);
}
