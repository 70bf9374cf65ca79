/** API Gateway ends a connection after 2 hours (WebSocket quotas); it is renewed before that. */
const FROM_MS = 110 * 60_000;
/** Random, so that clients that came together are not renewed together. */
const SPREAD_MS = 8 * 60_000;
const POLL_MS = 1_000;

interface Parts {
  /** Whether no request waits for its answer. */
  isQuiet: () => boolean;
  renew: () => void;
}

/** Renews a connection before its time is over, at a quiet moment. */
export function createRenewal({ isQuiet, renew }: Parts) {
  let timer: ReturnType<typeof setTimeout> | undefined;

  function wait(ms: number): void {
    timer = setTimeout(() => (isQuiet() ? renew() : wait(POLL_MS)), ms);
  }

  function stop(): void {
    clearTimeout(timer);
  }

  return {
    start(): void {
      stop();
      wait(FROM_MS + Math.random() * SPREAD_MS);
    },
    stop,
  };
}
