/** API Gateway ends a connection after 2 hours (WebSocket quotas); this is when a new one is made. */
const FROM_MS = 110 * 60_000;
/** Left to chance, so that those who came together do not go together. */
const SPREAD_MS = 8 * 60_000;
const POLL_MS = 1_000;

/** Renews a connection before its time is over, at a moment when it is not in use. */
export function createRenewal(isQuiet: () => boolean, renew: () => void) {
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
