import type { Faults } from "../../src/faults.ts";

// Ready-made hooks of Faults, each for one thing that goes wrong once, or so many times. Those for
// calls of AWS are in call-faults.ts.

/** Faults whose hooks a test sets as it goes. */
export type ChangingFaults = { -readonly [Hook in keyof Faults]: Faults[Hook] };

export type Hook<Name extends keyof Faults> = NonNullable<Faults[Name]>;
type Push = Parameters<Hook<"push">>[0];
export type Which<T> = (what: T) => boolean;

const every = () => true;

/** Whether something is the nth that matches, counted from 1. */
export function nth<T>(n: number, which: Which<T>): Which<T> {
  let count = 0;
  return (what) => which(what) && ++count === n;
}

/** A place where something waits until the test lets it go. */
export class Gate {
  /** Settles once something is there. */
  readonly reached: Promise<void>;
  readonly #opened: Promise<void>;
  #reach = () => {};
  #open = () => {};

  constructor() {
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  reach(): void {
    this.#reach();
  }

  release(): void {
    this.#open();
  }

  wait(): Promise<void> {
    this.reach();
    return this.#opened;
  }
}

/** The sender hears of no failure that comes after it was answered. */
async function unheard(go: () => Promise<void>): Promise<void> {
  await go().catch(() => {});
}

/** The nth push that matches never comes; its sender is told that it did. */
export function losePush(n: number, which: Which<Push> = every): Hook<"push"> {
  const matches = nth(n, which);
  return async (push, go) => {
    if (!matches(push)) await go();
  };
}

/** The nth push that matches comes twice. */
export function doublePush(n: number, which: Which<Push> = every): Hook<"push"> {
  const matches = nth(n, which);
  return async (push, go) => {
    await go();
    if (matches(push)) await unheard(go);
  };
}

/** The nth push that matches comes when it is released; its sender goes on at once. */
export function delayPush(n: number, which: Which<Push> = every) {
  const matches = nth(n, which);
  const gate = new Gate();
  const push: Hook<"push"> = async (push, go) => {
    if (!matches(push)) return go();
    void gate.wait().then(() => unheard(go));
  };
  return { push, reached: gate.reached, release: () => gate.release() };
}

/** The nth push that matches comes after the one that follows it. */
export function overtakePush(n: number, which: Which<Push> = every): Hook<"push"> {
  const matches = nth(n, which);
  let overtaken: (() => Promise<void>) | undefined;
  return async (push, go) => {
    if (matches(push)) {
      overtaken = go;
      return;
    }
    await go();
    const late = which(push) ? overtaken : undefined;
    if (late === undefined) return;
    overtaken = undefined;
    await unheard(late);
  };
}

/** The connection is cut before the nth push that matches, such as a route's response. */
export function cutPush(
  cut: (connectionId: string) => void,
  n = 1,
  which: Which<Push> = every,
): Hook<"push"> {
  const matches = nth(n, which);
  return async (push, go) => {
    if (matches(push)) cut(push.connectionId);
    await go();
  };
}

/** No `$disconnect` comes. */
export const noDisconnect: Hook<"disconnect"> = () => {};

/** `$disconnect` comes when it is released. */
export function lateDisconnect() {
  const gate = new Gate();
  const disconnect: Hook<"disconnect"> = (_, go) => void gate.wait().then(go);
  return { disconnect, reached: gate.reached, release: () => gate.release() };
}

type Frame = Parameters<Hook<"frame">>[0];

/** The handshake of a connection, as cutFrame takes it. */
export const isHandshake: Which<Frame> = ({ body }) => body === undefined;

/** Cuts the connection of the nth frame that matches: before, while or after its function runs. */
export function cutFrame(
  when: "before" | "while" | "after",
  cut: (connectionId: string) => void,
  n = 1,
  which: Which<Frame> = every,
): Hook<"frame"> {
  const matches = nth(n, which);
  return async (frame, go) => {
    if (!matches(frame)) return go();
    // What is cut off before does not get as far as the function.
    if (when === "before") return cut(frame.connectionId);
    const done = go();
    if (when === "while") cut(frame.connectionId);
    await done;
    if (when === "after") cut(frame.connectionId);
  };
}

/** The next invocations of these functions are cold starts. */
export function coldStarts(count: number, which: Which<string> = every): Hook<"coldStart"> {
  let left = count;
  return (functionId) => which(functionId) && left-- > 0;
}
