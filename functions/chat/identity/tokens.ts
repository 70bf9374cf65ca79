import { hash, randomBytes } from "node:crypto";

/** The secrets by which people return: tokens, codes for other devices, and pids, which hold tokens. */

/** A secret of 256 random bits, of which the server keeps only a hash. */
export interface Token {
  text: string;
  userId: string;
  hash: string;
}

/** A connection as Socket.IO knows it, which can survive the WebSocket below it. */
export interface Socket {
  sid: string;
  /** ms since the epoch */
  connectedAt: number;
}

export function newUserId(): string {
  return randomBytes(10).toString("hex");
}

const TOKEN = /^([0-9a-f]{20})\.([\w-]{43})$/;

/** A new token of a person, or a code for another device, which has the same form. */
export function newToken(userId: string): Token {
  const secret = randomBytes(32).toString("base64url");
  return { userId, hash: sha256(secret), text: `${userId}.${secret}` };
}

/** Undefined for a text that is no token. */
export function readToken(text: string): Token | undefined {
  const [, userId, secret] = TOKEN.exec(text) ?? [];
  return userId && secret ? { text, userId, hash: sha256(secret) } : undefined;
}

export function isJwt(text: string): boolean {
  return text.split(".").length === 3;
}

export function sha256(text: string): string {
  return hash("sha256", text);
}

/**
 * The pid of a socket: the token, the time at which the socket began, and its sid. Whoever has the
 * token can forge the last two, and gets only entries that it may read anyway.
 */
export function toPid({ text }: Token, { sid, connectedAt }: Socket): string {
  return `${text}.${connectedAt}.${sid}`;
}

const PID = /^([^.]+\.[^.]+)\.(\d{1,16})\.([\w+/=-]{1,40})$/;

export function readPid(pid: string): (Socket & { token: string }) | undefined {
  const [, token, connectedAt, sid] = PID.exec(pid) ?? [];
  return token && sid ? { token, sid, connectedAt: Number(connectedAt) } : undefined;
}
