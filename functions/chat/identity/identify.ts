import { createHash, randomBytes } from "node:crypto";
import { ClientError } from "../../../protocol/errors.ts";
import type { AuthData } from "../../../protocol/events.ts";
import type { User } from "../../../protocol/model.ts";
import { settings } from "../../settings.ts";
import { askLeft, askSession, renewSession } from "../../store/sessions.ts";
import { getTogether } from "../../store/table.ts";
import { askPerson } from "../../store/users.ts";

/** Who connects, and the session that proves it. */
export interface Identity {
  user: User;
  token: Token;
  /** Whether this is a new guest, of whom nothing is stored yet. */
  isNew: boolean;
  /** The socket that the client can continue as. */
  recoverable?: Socket | undefined;
}

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

/**
 * The person that an auth stands for. A guest who sends a name again is recognised by the `pid`.
 * @throws {ClientError} `unauthorized` for a token that was not issued here, or has ended
 */
export async function identify(auth: AuthData): Promise<Identity> {
  const last = readPid(auth.pid ?? "");
  const text = "token" in auth ? auth.token : last?.token;
  const token = text === undefined ? undefined : readToken(text);
  const known = token && (await byToken(token, last?.token === text ? last : undefined));
  if (known) return known;
  if ("token" in auth) throw ended();
  requireAdmission(auth.key);
  const user = { id: randomBytes(10).toString("hex"), name: auth.name };
  return { user, token: newToken(user.id), isNew: true };
}

/** @throws {ClientError} `forbidden` if new guests may not come in, or not with this key */
function requireAdmission(key = ""): void {
  const { guests, joinKeyHash } = settings;
  if (!guests) throw new ClientError("forbidden", "Sign in to come in");
  if (joinKeyHash !== undefined && sha256(key) !== joinKeyHash) {
    throw new ClientError("forbidden", key ? "This is not the key" : "A key is needed to come in");
  }
}

async function byToken(token: Token, last?: Socket): Promise<Identity | undefined> {
  const { userId, hash } = token;
  const [session, person, left] = await getTogether(
    askSession(userId, hash),
    askPerson(userId),
    ...(last ? [askLeft(userId, last.sid)] : []),
  );
  if (!session || !person) return undefined;
  await renewSession(userId, session);
  return { user: person.user, token, isNew: false, recoverable: left ? undefined : last };
}

export function ended(): ClientError {
  return new ClientError("unauthorized", "The token is no longer valid");
}

const TOKEN = /^([0-9a-f]{20})\.([\w-]{43})$/;

function newToken(userId: string): Token {
  const secret = randomBytes(32).toString("base64url");
  return { userId, hash: sha256(secret), text: `${userId}.${secret}` };
}

/** Undefined for a text that is no token. */
function readToken(text: string): Token | undefined {
  const [, userId, secret] = TOKEN.exec(text) ?? [];
  return userId && secret ? { text, userId, hash: sha256(secret) } : undefined;
}

function sha256(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/**
 * The pid of a socket: the token, the time at which the socket began, and its sid. Whoever has the
 * token can forge the last two, and gets only entries that it may read anyway.
 */
export function toPid({ text }: Token, { sid, connectedAt }: Socket): string {
  return `${text}.${connectedAt}.${sid}`;
}

const PID = /^([^.]+\.[^.]+)\.(\d{1,16})\.([\w+/=-]{1,40})$/;

function readPid(pid: string): (Socket & { token: string }) | undefined {
  const [, token, connectedAt, sid] = PID.exec(pid) ?? [];
  return token && sid ? { token, sid, connectedAt: Number(connectedAt) } : undefined;
}
