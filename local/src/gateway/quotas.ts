// API Gateway's limits for WebSocket APIs. Where no source is named it is
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html

/** In bytes. What is larger closes the connection with 1009. */
export const MAX_FRAME = 32 * 1024;
export const MAX_MESSAGE = 128 * 1024;

/** In milliseconds. */
export const CLOCKS = { idle: 10 * 60_000, lifetime: 2 * 3_600_000 };

/** In bytes. */
export const MAX_URL = 4096;

/** In bytes, with names; documented for HTTP APIs alone, unverified here. */
export const MAX_HEADERS = 10_240;

/** Of an account in a Region; WebSocket APIs share them with the other kinds. */
export const ACCOUNT_REQUESTS = { rate: 10_000, burst: 5_000 };

/** The burst is unverified; here it is what one second brings. */
export const ACCOUNT_CONNECTIONS = { rate: 500, burst: 500 };

/**
 * How many bytes may wait for a client that does not read. That posts are refused then is known,
 * the bound is not: here it is one message of the largest size.
 */
export const SEND_BUFFER = MAX_MESSAGE;
