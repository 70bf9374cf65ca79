/** Timers by name: one that is set again begins anew. */
export function createTimers() {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  function cancel(name: string): void {
    clearTimeout(timers.get(name));
    timers.delete(name);
  }

  return {
    set(name: string, ms: number, act: () => void): void {
      cancel(name);
      const end = () => {
        timers.delete(name);
        act();
      };
      timers.set(name, setTimeout(end, ms));
    },
    cancel,
    has: (name: string): boolean => timers.has(name),
    names: (): string[] => [...timers.keys()],
    stop(): void {
      for (const name of timers.keys()) cancel(name);
    },
  };
}
