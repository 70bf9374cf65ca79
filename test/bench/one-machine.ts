import { fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startStack } from "../support/stack.ts";
import { type BareClient, NatterClient, SocketIoClient } from "./bare-client.ts";
import { percentile, type Row } from "./rows.ts";

const PEOPLE = 100;
const JOINING_AT_ONCE = 20;
const WRITERS = 10;
const PER_SECOND = 3;
const SECONDS = 10;
/** Together they may write 120 messages a second, 20 in 5 s each. */
const FAST_WRITERS = 30;
const FAST_SECONDS = 5;
/** Connections, of which a person has 20 at most. */
const LISTENERS = 1_000;
const LISTENING_PEOPLE = 50;
const TEXT = "Shall we meet at the station at half past seven, as last time?";

/** A server with what opens a client of it. */
interface Served {
  readonly pid: number;
  /** @param like a client of the same person */
  open(name: string, like?: BareClient): Promise<BareClient>;
  stop(): Promise<unknown>;
}

/** The stack that `npm start` runs, beside stock socket.io that stores nothing. */
export async function measureOneMachine(): Promise<Row[]> {
  // The peer is measured within the minute in which nobody is at ours.
  const [ours, peer] = await measure(natter, async () => {
    const [peer] = await Promise.all([measure(socketIo, () => sleep(1_000)), sleep(60_000)]);
    return peer[0];
  });
  const times = (pick: (one: typeof ours) => number) => `${(pick(ours) / pick(peer)).toFixed(2)}×`;
  const steady = (one: typeof ours) =>
    `${one.steady.acks} of ${SECONDS * WRITERS * PER_SECOND}; ${ms(one.steady.p50)}, ${ms(one.steady.p99)}`;
  return [
    {
      row: "2 people, one writes: p50 of the ack",
      ours: ms(ours.pair),
      peer: ms(peer.pair),
      goal: "≤ 10 ms",
    },
    {
      row: `${PEOPLE} people connect and join a room, ${JOINING_AT_ONCE} at a time`,
      ours: `${seconds(ours.joins.time)} (${ms(ours.joins.cpu)} of CPU each)`,
      peer: `${seconds(peer.joins.time)} (${ms(peer.joins.cpu)})`,
      goal: "≤ 6 s",
    },
    {
      row: `${PEOPLE} people in a room, ${WRITERS} write ${PER_SECOND} messages a second each: acknowledged; p50, p99 of the ack`,
      ours: `${steady(ours)} (${ms(ours.steady.cpu)} of CPU a message)`,
      peer: `${steady(peer)} (${ms(peer.steady.cpu)})`,
      goal: "all; ≤ 40 ms, ≤ 200 ms",
    },
    {
      row: "lost deliveries meanwhile",
      ours: `${ours.steady.lost}`,
      peer: `${peer.steady.lost}`,
      goal: "0",
    },
    {
      row: `${PEOPLE} people in a room, ${FAST_WRITERS} write as fast as the limits allow: deliveries a second`,
      ours: `${Math.round(ours.fast)}`,
      peer: `${Math.round(peer.fast)}`,
      ratio: times(({ fast }) => fast),
      goal: "≥ 0.1×",
    },
    {
      row: `memory at the start; with ${PEOPLE} people; one minute after they left`,
      ours: `${mb(ours.memory)}`,
      peer: `${mb(peer.memory.slice(0, 2))}`,
      goal: "≤ 150; ≤ 450; ≤ 250 MB",
    },
    {
      row: `${LISTENERS} sockets listen in a room: one message has reached all of them after`,
      ours: `${ms(ours.crowd.time)}, ${ours.crowd.lost} lost (${ours.crowd.memory} MB)`,
      peer: `${ms(peer.crowd.time)}, ${peer.crowd.lost} lost (${peer.crowd.memory} MB)`,
      ratio: times(({ crowd }) => crowd.time),
    },
  ];
}

async function natter(): Promise<Served> {
  const { origin, pid, stop, remove } = await startStack();
  return {
    pid,
    open: (name, like) => NatterClient.open(origin, name, like),
    stop: () => stop().then(remove),
  };
}

async function socketIo(): Promise<Served> {
  const server = fork(fileURLToPath(new URL("./socket-io-server.ts", import.meta.url)));
  const [origin] = await once(server, "message");
  return {
    pid: server.pid ?? 0,
    open: () => SocketIoClient.open(origin),
    stop() {
      server.disconnect();
      return once(server, "exit");
    },
  };
}

/**
 * @param wait for how long people have been gone when the memory is measured again
 * @returns what was measured, and what `wait` returns
 */
async function measure<T>(start: () => Promise<Served>, wait: () => Promise<T>) {
  const served = await start();
  try {
    const atStart = await memoryOf(served.pid);
    const pair = await measurePair(served);
    const { people, ...joins } = await measureJoins(served);
    const steady = await measureSteady(served, people);
    const fast = await measureFast(people);
    const full = await memoryOf(served.pid);
    for (const person of people) person.close();
    const waited = await wait();
    const after = await memoryOf(served.pid);
    const crowd = await measureCrowd(served);
    const measured = { pair, joins, steady, fast, memory: [atStart, full, after], crowd };
    return [measured, waited] as const;
  } finally {
    await served.stop();
  }
}

async function measurePair({ open }: Served): Promise<number> {
  const [ada, bob] = [await open("Ada"), await open("Bob")];
  for (const person of [ada, bob]) await person.join("pair");
  // What is measured is a stack that is warm, within the rate of messages.
  const times: number[] = [];
  for (let count = 0; count < 40; count++) {
    const begun = performance.now();
    await ada.say("pair", TEXT);
    const time = performance.now() - begun;
    if (count >= 10) times.push(time);
    await sleep(Math.max(0, 260 - time));
  }
  for (const person of [ada, bob]) person.close();
  return percentile(times, 0.5);
}

async function measureJoins({ pid, open }: Served) {
  const begun = performance.now();
  const cpu = await cpuOf(pid);
  const people: BareClient[] = [];
  while (people.length < PEOPLE) {
    const names = Array.from({ length: JOINING_AT_ONCE }, (_, index) => people.length + index);
    people.push(
      ...(await Promise.all(
        names.map(async (index) => {
          const person = await open(`Person ${index}`);
          await person.join("harbour");
          return person;
        }),
      )),
    );
  }
  const time = performance.now() - begun;
  return { people, time, cpu: ((await cpuOf(pid)) - cpu) / PEOPLE };
}

async function measureSteady({ pid }: Served, people: readonly BareClient[]) {
  for (const person of people) person.heard = 0;
  const cpu = await cpuOf(pid);
  const times: number[] = [];
  const begun = performance.now();
  const due: Promise<void>[] = [];
  for (let count = 0; count < SECONDS * WRITERS * PER_SECOND; count++) {
    await sleep(Math.max(0, begun + (count * 1_000) / (WRITERS * PER_SECOND) - performance.now()));
    const sent = performance.now();
    const ack = people[count % WRITERS]?.say("harbour", TEXT);
    due.push(
      ack?.then((ok) => {
        if (ok) times.push(performance.now() - sent);
      }) ?? Promise.resolve(),
    );
  }
  await Promise.race([Promise.all(due), sleep(10_000)]);
  await quiet(people);
  const heard = people.reduce((sum, person) => sum + person.heard, 0);
  return {
    acks: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    cpu: ((await cpuOf(pid)) - cpu) / times.length,
    lost: times.length * (PEOPLE - 1) - heard,
  };
}

/** Each writes the next message when the last is acknowledged. @returns deliveries a second */
async function measureFast(people: readonly BareClient[]): Promise<number> {
  // The rate of messages begins anew.
  await sleep(6_000);
  for (const person of people) person.heard = 0;
  const begun = performance.now();
  await Promise.all(
    people.slice(0, FAST_WRITERS).map(async (person) => {
      for (let count = 0; count < 20; count++) {
        if (performance.now() - begun > FAST_SECONDS * 1_000) break;
        await person.say("harbour", TEXT);
      }
    }),
  );
  const time = performance.now() - begun;
  await quiet(people);
  return (people.reduce((sum, person) => sum + person.heard, 0) / time) * 1_000;
}

async function measureCrowd({ pid, open }: Served) {
  const listeners: BareClient[] = [];
  while (listeners.length < LISTENERS) {
    const more = Array.from({ length: JOINING_AT_ONCE }, async (_, index) => {
      const [name, like] = [
        `Listener ${index}`,
        listeners[(listeners.length + index) % LISTENING_PEOPLE],
      ];
      const listener = await open(name, like);
      await listener.join("square");
      return listener;
    });
    listeners.push(...(await Promise.all(more)));
  }
  const speaker = await open("Speaker");
  await speaker.join("square");
  const times: number[] = [];
  let lost = 0;
  for (let count = 0; count < 5; count++) {
    for (const listener of listeners) listener.heard = 0;
    const begun = performance.now();
    let last = begun;
    for (const listener of listeners) {
      listener.onHear = () => {
        last = performance.now();
      };
    }
    await speaker.say("square", TEXT);
    await quiet(listeners);
    times.push(last - begun);
    lost += listeners.filter(({ heard }) => heard === 0).length;
  }
  const memory = await memoryOf(pid);
  for (const one of [...listeners, speaker]) one.close();
  return { time: percentile(times, 0.5), lost, memory };
}

/** Waits until nobody has heard anything for a second. */
async function quiet(people: readonly BareClient[]): Promise<void> {
  const sum = () => people.reduce((sum, person) => sum + person.heard, 0);
  for (let before = -1; sum() !== before; ) {
    before = sum();
    await sleep(1_000);
  }
}

/** The resident memory of a process, in MB. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024);
}

/** The CPU time of a process, in ms. */
async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // The unit is 1/100 s wherever Linux runs.
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const seconds = (value: number) => `${(value / 1_000).toFixed(1)} s`;
const mb = (values: readonly number[]) => `${values.join("; ")} MB`;
