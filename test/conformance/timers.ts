import * as v from "valibot";

/** ms and bytes */
export const Timers = v.object({
  pingInterval: v.number(),
  pingTimeout: v.number(),
  maxPayload: v.number(),
  /** How long a client may take to connect to a namespace. */
  connectTimeout: v.number(),
});
export type Timers = v.InferOutput<typeof Timers>;

/** The settings that the official test suites expect from a server. */
export const SUITE_TIMERS: Timers = {
  pingInterval: 300,
  pingTimeout: 200,
  maxPayload: 1_000_000,
  connectTimeout: 1_000,
};

/** For Natter's own tests: a pong may take a moment on a busy machine. */
export const PATIENT_TIMERS: Timers = {
  pingInterval: 2_000,
  pingTimeout: 1_500,
  maxPayload: 1_000_000,
  connectTimeout: 5_000,
};
