/** How long a deletion, or leaving a room, can be undone. */
export const UNDO_MS = 5_000;

/** Timers by name: one that is set again begins anew. */
export function createTimers() {
  const timers = new Map<string, { end: () => void; timer: ReturnType<typeof setTimeout> }>();

  function cancel(name: string): void {
    clearTimeout(timers.get(name)?.timer);
    timers.delete(name);
  }

  return {
    set(name: string, ms: number, act: () => void): void {
      cancel(name);
      const end = () => {
        cancel(name);
        act();
      };
      timers.set(name, { end, timer: setTimeout(end, ms) });
    },
    cancel,
    has: (name: string): boolean => timers.has(name),
    /** Ends all of them now. */
    hurry(): void {
      for (const { end } of [...timers.values()]) end();
    },
    stop(): void {
      for (const name of timers.keys()) cancel(name);
    },
  };
}

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** How many ms to wait before the next attempt: doubled each time, the upper half random. */
export function backoff(attempt: number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return most * (0.5 + Math.random() / 2);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
