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
  // A window behind another one counts as visible, although nobody reads it.
  now: () => document.visibilityState === "visible" && document.hasFocus(),
  changed(listener) {
    document.addEventListener("visibilitychange", listener);
    for (const event of ["focus", "blur"]) window.addEventListener(event, listener);
  },
};
