import { KEEPALIVE_MS } from "../../protocol/limits.ts";
import type { Wire } from "./wire.ts";

/**
 * A push that was lost is noticed by asking: every few minutes and whenever the page is looked at
 * again. (At a reconnect, the session tells the heads.)
 */
export function createHeartbeat(wire: Wire, check: () => void) {
  let timer: ReturnType<typeof setInterval> | undefined;

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    wire.hurry();
    if (timer !== undefined) check();
  });
  window.addEventListener("online", wire.hurry);

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
