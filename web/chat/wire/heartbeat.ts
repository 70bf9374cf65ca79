import { KEEPALIVE_MS } from "../../../protocol/limits.ts";

/** Calls `look` whenever the page is looked at again, or its network comes back. */
export type Attention = (look: () => void) => void;

export const pageAttention: Attention = (look) => {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
  window.addEventListener("online", look);
};

/** Whether a person can see the page, and when that changes. */
export interface Visibility {
  now(): boolean;
  changed(listener: () => void): void;
}

export const pageVisibility: Visibility = {
  now: () => document.visibilityState === "visible",
  changed: (listener) => document.addEventListener("visibilitychange", listener),
};

/**
 * A push that was lost is noticed by asking: every few minutes and whenever the page is looked at
 * again. (At a reconnect, the session tells the heads.)
 */
export function createHeartbeat(attention: Attention, hurry: () => void, check: () => void) {
  let timer: ReturnType<typeof setInterval> | undefined;

  attention(() => {
    hurry();
    if (timer !== undefined) check();
  });

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  return {
    start(): void {
      stop();
      timer = setInterval(check, KEEPALIVE_MS);
    },
    stop,
  };
}
