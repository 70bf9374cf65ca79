import type { Answer } from "../endpoint/endpoint.ts";
import type { Context } from "../iam/conditions.ts";
import type { Right } from "../iam/policy.ts";
import type { AwsCall } from "./call.ts";
import type { Counts } from "./counters.ts";

/** A request that has been understood: what it needs, and what it does. */
export interface Operation {
  readonly call: Omit<AwsCall, "caller">;
  /** All of them are needed. */
  readonly rights: readonly Right[];
  /** For the conditions of policies. */
  context(): Context;
  /** Whether it is a read that did not ask for consistency. */
  readonly mayBeStale?: boolean;
  run(count: (what: Partial<Counts>) => void, stale: boolean): Promise<Answer>;
}
