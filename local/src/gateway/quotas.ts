// API Gateway's quotas for WebSocket APIs, where nothing else is said from
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html

/** In bytes. Anything longer closes the connection with 1009. */
export const MAX_FRAME = 32 * 1024;
export const MAX_MESSAGE = 128 * 1024;

/** In milliseconds. */
export const CLOCKS = { idle: 10 * 60_000, lifetime: 2 * 3_600_000 };

/** In bytes. */
export const MAX_URL = 4096;

/** The names and values of all headers, in bytes; documented for HTTP APIs, unverified for WebSocket APIs. */
export const MAX_HEADERS = 10_240;

/** Of an account in a Region, for all its APIs. */
export const ACCOUNT_REQUESTS = { rate: 10_000, burst: 5_000 };

/** The burst is unverified: here it is the number for one second. */
export const ACCOUNT_CONNECTIONS = { rate: 500, burst: 500 };

/**
 * How many bytes may wait for a client that does not read before posts to it are refused. The number
 * is unverified: here it is the longest message.
 */
export const SEND_BUFFER = 128 * 1024;
