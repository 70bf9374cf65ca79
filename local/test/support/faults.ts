import type { Faults } from "../../src/faults.ts";

// Ready-made hooks for Faults, each for one kind of fault. Those for calls of AWS APIs are in
// call-faults.ts.

/** Faults whose hooks a test sets and removes while the stack runs. */
export type ChangingFaults = { -readonly [Hook in keyof Faults]: Faults[Hook] };

export type Hook<Name extends keyof Faults> = NonNullable<Faults[Name]>;
type Push = Parameters<Hook<"push">>[0];
export type Which<T> = (what: T) => boolean;

const every = () => true;

/** Matches only the nth time, counted from 1. */
export function nth<T>(n: number, which: Which<T>): Which<T> {
  let count = 0;
  return (what) => which(what) && ++count === n;
}

/** A point at which something waits until the test releases it. */
export class Gate {
  /** Resolves once something waits. */
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

/** The sender was answered before, so it does not learn of a failure. */
async function unheard(go: () => Promise<void>): Promise<void> {
  await go().catch(() => {});
}

/** Loses the nth matching push; its sender is told that it was delivered. */
export function losePush(n: number, which: Which<Push> = every): Hook<"push"> {
  const matches = nth(n, which);
  return async (push, go) => {
    if (!matches(push)) await go();
  };
}

/** Delivers the nth matching push twice. */
export function doublePush(n: number, which: Which<Push> = every): Hook<"push"> {
  const matches = nth(n, which);
  return async (push, go) => {
    await go();
    if (matches(push)) await unheard(go);
  };
}

/** Holds the nth matching push back until it is released; its sender goes on at once. */
export function delayPush(n: number, which: Which<Push> = every) {
  const matches = nth(n, which);
  const gate = new Gate();
  const push: Hook<"push"> = async (push, go) => {
    if (!matches(push)) return go();
    void gate.wait().then(() => unheard(go));
  };
  return { push, reached: gate.reached, release: () => gate.release() };
}

/** Delivers the nth matching push after the next one. */
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

/** Cuts the connection before the nth matching push. */
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

type Event = Parameters<Hook<"event">>[0];

/** Matches the events of a type. */
export const isOf =
  (type: Event["requestContext"]["eventType"]): Which<Event> =>
  ({ requestContext }) =>
    requestContext.eventType === type;

/** Loses every `$disconnect`. */
export const noDisconnect: Hook<"event"> = async (event, go) => {
  if (!isOf("DISCONNECT")(event)) await go();
};

/** Holds `$disconnect` back until it is released. */
export function lateDisconnect() {
  const gate = new Gate();
  const event: Hook<"event"> = async (event, go) => {
    if (isOf("DISCONNECT")(event)) await gate.wait();
    await go();
  };
  return { event, reached: gate.reached, release: () => gate.release() };
}

/** Cuts the connection of the nth matching event before, while or after its function runs. */
export function cutAt(
  when: "before" | "while" | "after",
  cut: (connectionId: string) => void,
  n = 1,
  which = isOf("MESSAGE"),
): Hook<"event"> {
  const matches = nth(n, which);
  return async (event, go) => {
    if (!matches(event)) return go();
    const { connectionId } = event.requestContext;
    // Then the function does not run.
    if (when === "before") return cut(connectionId);
    const done = go();
    if (when === "while") cut(connectionId);
    await done;
    if (when === "after") cut(connectionId);
  };
}
