import type { Answer, AwsCall } from "./aws/operation.ts";
import type { SocketEvent } from "./gateway/events.ts";

/**
 * The faults that a test can inject. Each hook wraps what it is named for: calling its last
 * argument lets that happen, once, later, twice or never. Hooks may be set and removed while the
 * stack runs; the clocks are read once, at the start.
 */
export interface Faults {
  readonly clocks?: Clocks;
  /** A call of an AWS API by a function: delay it, answer it with a throttle, or kill its caller. */
  call?(call: AwsCall, fn: RunningFunction, go: () => Promise<Answer>): Promise<Answer>;
  /**
   * A text on its way to a connection, from the management API or a route response. Its sender is
   * given what became of it, and that it was sent if `go` has not run when this promise is fulfilled.
   */
  push?(push: { connectionId: string; body: string }, go: () => Promise<void>): Promise<void>;
  /** An event on its way to the function of its route: a handshake, a message or a `$disconnect`. */
  event?(event: SocketEvent, go: () => Promise<void>): Promise<void>;
  /** What S3 takes for the present, in ms since the epoch. */
  storageClock?(): number;
}

/** Periods in milliseconds that replace those of AWS. */
export interface Clocks {
  /** How long a connection may be idle. */
  readonly idle?: number;
  /** How long a connection may be open. */
  readonly lifetime?: number;
  /** How long an execution environment may be idle. */
  readonly environment?: number;
  /** How long an asynchronous invocation waits before its first and its second retry. */
  readonly retries?: readonly number[];
}

/** The execution environment that made a call. */
export interface RunningFunction {
  readonly functionId: string;
  /** Ends it like a crash. */
  kill(): Promise<void>;
}
