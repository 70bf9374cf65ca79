/** Largest client frame in bytes: API Gateway closes with 1009 above it (WebSocket quotas). */
export const MAX_FRAME_BYTES = 32 * 1024;

/** Largest ack in bytes: below the 128 KB of one message of API Gateway, with room to spare. */
export const MAX_ACK_BYTES = 96 * 1024;

/** Largest message with its reactions, as JSON: a push of it or of a change fits into one frame. */
export const MAX_MESSAGE_BYTES = 28 * 1024;

/** Code points of a message's text, of a name, and of what a room is about. */
export const MAX_TEXT_LENGTH = 4_000;
export const MAX_NAME_LENGTH = 32;
export const MAX_TOPIC_LENGTH = 256;

/** Characters of the key that a deployment can ask new guests for. */
export const MAX_KEY_LENGTH = 128;
export const MAX_QUERY_LENGTH = 64;

/** People whom one message can mention. */
export const MAX_MENTIONS = 10;

/** Files of one message, and the code points of a file's name. */
export const MAX_FILES = 10;
export const MAX_FILE_NAME_LENGTH = 100;

/** In seconds: how long the form of a large file can be sent, and how long a file's address is valid. */
export const UPLOAD_SECONDS = 15 * 60;
export const FILE_SECONDS = 5 * 60;

/** How many different emoji a message has, and how many people its reactions name in all. */
export const MAX_REACTIONS = 20;
export const MAX_REACTING_PEOPLE = 200;

/** Code units of one emoji: the longest sequences of Unicode, families and flags, fit. */
export const MAX_EMOJI_LENGTH = 32;

/** How many code points a reply shows of the message that it answers. */
export const QUOTE_LENGTH = 200;

/** In ms: the time between two notices that somebody types, and how long one is shown. */
export const TYPING_EVERY_MS = 3_000;
export const TYPING_MS = 5_000;

/**
 * Custom events: the length of a name, the bytes of the data as JSON, how many a connection may
 * send into a room in a second, and the watching connections above which a room takes none.
 */
export const MAX_CUSTOM_NAME_LENGTH = 64;
export const MAX_CUSTOM_BYTES = 4 * 1024;
export const CUSTOM_PER_SECOND = 5;
export const MAX_CUSTOM_WATCHERS = 200;

/** How many rooms a person can be in: each costs writes whenever the person connects. */
export const MAX_ROOMS = 100;

/** Connections of a person: one more closes the oldest. */
export const MAX_CONNECTIONS = 20;

/** Sessions of a person: one more ends the one that was not used for longest. */
export const MAX_SESSIONS = 30;

/** In seconds: how long a code for another device can be used. */
export const LINK_SECONDS = 5 * 60;

/** Posts that one frame causes, unless it makes a log entry (promise 11). */
export const MAX_POSTS = 200;

/** Longest cursor of `search`: a room's id and two numbers for each of a person's rooms. */
export const MAX_CURSOR_LENGTH = 10_000;

/** Rooms in one `heads`. */
export const MAX_HEADS = 20;

/** Entries or rooms on one page: the largest and the default number. */
export const MAX_PAGE = 100;
export const DEFAULT_PAGE = 50;

/** A room with more people gets counts instead of names and notices. */
export const MAX_NAMED_PEOPLE = 100;

/** Quiet time in ms before a keepalive: below the 10 idle minutes of API Gateway and CloudFront. */
export const KEEPALIVE_MS = 4 * 60_000;

/** How long in ms a client waits for the keepalive's answer. */
export const KEEPALIVE_TIMEOUT_MS = 20_000;

/**
 * What stock clients are told about the heartbeat, in ms. The interval is that of the sweep. A
 * client gives up after both times together, which are less than API Gateway's 10 idle minutes.
 */
export const PING_INTERVAL_MS = 4 * 60_000;
export const PING_TIMEOUT_MS = 5 * 60_000;

/** Messages and changes of one person within `RATE_WINDOW_MS` before `rate_limited`. */
export const RATE_LIMIT = 20;
export const RATE_WINDOW_MS = 5_000;

/**
 * Frames of one connection within `FRAME_WINDOW_MS`: above the first number the answer is
 * `rate_limited`, above the second the connection is closed.
 */
export const MAX_FRAMES = 100;
export const MAX_FRAMES_OPEN = 300;
export const FRAME_WINDOW_MS = 10_000;

/** Entries after a message's `after`, and bytes of them, above which it is `stale` (promise 3). */
export const MAX_DEDUPE_ENTRIES = 200;
export const MAX_DEDUPE_BYTES = 128 * 1024;
