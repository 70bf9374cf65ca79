import { KEEPALIVE_MS } from "../../../protocol/limits.ts";
import type { ChatStore } from "../store.ts";

/** Calls `look` whenever the page becomes visible or its network comes back. */
export type Attention = (look: () => void) => void;

export const pageAttention: Attention = (look) => {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
  window.addEventListener("online", look);
};

/** Whether a person looks at the page, and when that changes. */
export interface Visibility {
  now(): boolean;
  changed(listener: () => void): void;
}

export const pageVisibility: Visibility = {
  // A window behind another one is visible, and nobody reads it.
  now: () => document.visibilityState === "visible" && document.hasFocus(),
  changed(listener) {
    document.addEventListener("visibilitychange", listener);
    for (const event of ["focus", "blur"]) window.addEventListener(event, listener);
  },
};

interface Parts {
  store: ChatStore;
  attention: Attention;
  /** Connects now if there is no connection. */
  hurry: () => void;
  /** Asks the server what was missed. */
  check: () => void;
}

/**
 * Notices lost pushes by asking for them: every few minutes and whenever the page becomes visible
 * (promise 5). After a reconnect the session tells what was missed.
 * @returns what ends that
 */
export function beginHeartbeat({ store, attention, hurry, check }: Parts): () => void {
  const beat = () => {
    if (store.getState().connection === "up") check();
  };
  const timer = setInterval(beat, KEEPALIVE_MS);
  attention(() => {
    hurry();
    beat();
  });
  return () => clearInterval(timer);
}
