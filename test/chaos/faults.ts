import type { Faults } from "../../local/src/run.ts";
import { THROTTLES } from "../../local/test/support/call-faults.ts";

/** The faults; an armed one happens once, at the next opportunity. */
export const kinds = [
  "push lost",
  "push delayed",
  "push doubled",
  "push overtaken",
  "cut before",
  "cut while",
  "cut after",
  "no $disconnect",
  "killed before",
  "killed after",
  "table throttled",
  "posts throttled",
] as const;
export type Kind = (typeof kinds)[number];

const DELAY_MS = 700;

/** Calls at which a function is killed: those that write or post. */
const FATAL = /PutItem|UpdateItem|DeleteItem|Query|ManageConnections/;

/** Faults that are armed one by one, and counted as they happen. */
export class Armed {
  readonly happened = new Map<Kind, number>();
  #armed: Kind[] = [];
  #overtaken: (() => Promise<void>) | undefined;
  readonly #cut: (connectionId: string) => void;

  constructor(cut: (connectionId: string) => void) {
    this.#cut = cut;
  }

  arm(kind: Kind): void {
    this.#armed.push(kind);
  }

  /** Ends all faults, and releases what was held back. */
  disarm(): void {
    this.#armed = [];
    void this.#release();
  }

  readonly faults: Faults = {
    call: async (call, fn, go) => {
      if (call.service === "dynamodb" && this.#take("table throttled")) return THROTTLES.dynamodb;
      if (call.service === "execute-api" && this.#take("posts throttled")) {
        return THROTTLES["execute-api"];
      }
      if (fn && FATAL.test(call.action)) {
        if (this.#take("killed before")) {
          await fn.kill();
          return { status: 503, error: "ServiceUnavailable" };
        }
        if (this.#take("killed after")) {
          const answer = await go();
          await fn.kill();
          return answer;
        }
      }
      return go();
    },
    push: async (_, go) => {
      if (this.#take("push lost")) return;
      if (this.#take("push delayed")) {
        setTimeout(() => void go().catch(() => {}), DELAY_MS);
        return;
      }
      if (!this.#overtaken && this.#take("push overtaken")) {
        this.#overtaken = go;
        return;
      }
      await go();
      if (this.#take("push doubled")) await go().catch(() => {});
      await this.#release();
    },
    event: async ({ requestContext: { connectionId, eventType } }, go) => {
      if (eventType === "DISCONNECT" && this.#take("no $disconnect")) return;
      if (eventType !== "MESSAGE") return go();
      if (this.#take("cut before")) return this.#cut(connectionId);
      const during = this.#take("cut while");
      const after = this.#take("cut after");
      const done = go();
      if (during) this.#cut(connectionId);
      await done;
      if (after) this.#cut(connectionId);
    },
  };

  #take(kind: Kind): boolean {
    const at = this.#armed.indexOf(kind);
    if (at === -1) return false;
    this.#armed.splice(at, 1);
    this.happened.set(kind, (this.happened.get(kind) ?? 0) + 1);
    return true;
  }

  async #release(): Promise<void> {
    const late = this.#overtaken;
    this.#overtaken = undefined;
    await late?.().catch(() => {});
  }
}
