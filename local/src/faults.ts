import type { AwsCall } from "./aws/call.ts";
import type { Answer } from "./endpoint/endpoint.ts";

/**
 * What tests can make go wrong, which a local machine does not by itself. Every part is optional,
 * and without it everything works. The hooks wrap what they are named for: calling the last
 * argument goes on as usual; once, later, twice or never. Hooks are looked up whenever something
 * happens, the clocks once for each API.
 */
export interface Faults {
  /** The service's clocks in ms, faster than API Gateway's. */
  readonly clocks?: { readonly idle?: number; readonly lifetime?: number };
  /** A call of an AWS API: delay it, answer it with a throttle, or kill the function round it. */
  call?(call: AwsCall, fn: RunningFunction | undefined, go: () => Promise<Answer>): Promise<Answer>;
  /**
   * A text on its way from the management API or a route response to a connection. What is told of
   * it is told to the sender: it was sent if this succeeds.
   */
  push?(push: { connectionId: string; body: string }, go: () => Promise<void>): Promise<void>;
  /** A `$disconnect` on its way to its function. */
  disconnect?(connectionId: string, go: () => void): void;
  /** A handshake or a frame on its way to its function: tests cut connections here. */
  frame?(frame: { connectionId: string; body?: string }, go: () => Promise<void>): Promise<void>;
  /** Whether an invocation must get a fresh execution environment. */
  coldStart?(functionId: string): boolean;
  /** Whether a read that did not ask for consistency is to see the state before the last write. */
  staleRead?(call: AwsCall): boolean;
}

/** The execution environment that made a call. */
export interface RunningFunction {
  readonly functionId: string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Holds its answers back until `thaw`: Lambda freezes an environment between invocations. */
  freeze(): void;
  thaw(): void;
}
