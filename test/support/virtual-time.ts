import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";

/** Turns of the event loop in which everything that a timer sets off comes to its next timer. */
const TURNS = 3;

/**
 * Time that passes only when everything waits, so that what is measured in it depends on no machine:
 * `Date`, the `setTimeout` of `node:timers/promises`, and random numbers from a seed.
 */
export class VirtualTime {
  now = 1_700_000_000_000;
  readonly #timers: { at: number; fire: () => void }[] = [];
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  sleep(ms = 0): Promise<void> {
    const at = this.now + ms;
    const index = this.#timers.findLastIndex((timer) => timer.at <= at) + 1;
    return new Promise((fire) => this.#timers.splice(index, 0, { at, fire }));
  }

  /** Lets time pass until the work is done. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const real = { sleep: timers.setTimeout, now: Date.now, random: Math.random };
    const sleep = (ms?: number) => this.sleep(ms);
    replace({ sleep, now: () => Math.floor(this.now), random: () => this.#random() });
    try {
      let isDone = false;
      const result = work().finally(() => {
        isDone = true;
      });
      while (!isDone) {
        for (let turn = 0; turn < TURNS; turn++)
          await new Promise((resolve) => setImmediate(resolve));
        const next = this.#timers.shift();
        if (next) this.now = next.at;
        next?.fire();
      }
      return await result;
    } finally {
      replace(real);
    }
  }

  /** mulberry32 */
  #random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

interface Clocks {
  sleep: (ms?: number) => Promise<unknown>;
  now: () => number;
  random: () => number;
}

function replace({ sleep, now, random }: Clocks): void {
  Object.assign(timers, { setTimeout: sleep });
  syncBuiltinESMExports();
  Object.assign(Date, { now });
  Object.assign(Math, { random });
}
