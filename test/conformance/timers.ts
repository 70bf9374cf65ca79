/** The settings that the official test suites expect from a server, in ms and bytes. */
export const TIMERS = { pingInterval: 300, pingTimeout: 200, maxPayload: 1_000_000 };
export const CONNECT_TIMEOUT_MS = 1_000;
