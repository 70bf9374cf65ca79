import { createHash, randomBytes } from "node:crypto";
import { ClientError } from "../../../protocol/errors.ts";
import type { AuthData } from "../../../protocol/events.ts";
import type { User } from "../../../protocol/model.ts";
import { hasSession } from "../../store/sessions.ts";
import { getUser } from "../../store/users.ts";

/** A person, and the hash of the session that proves who it is. */
export interface Identity {
  user: User;
  session: string;
  /** For a new guest: the token to return with. */
  token?: string | undefined;
}

/**
 * The person that an auth stands for. A new guest is not stored yet, and gets a token to return.
 * @throws {ClientError} `unauthorized` for a token that was not issued here, or has ended
 */
export async function identify(auth: AuthData): Promise<Identity> {
  if (!("token" in auth)) return newGuest(auth.name);
  const secret = readSecret(auth.token);
  if (!secret) throw ended();
  return { user: await requireSession(secret), session: secret.hash };
}

/**
 * The person of a session, with the present name.
 * @throws {ClientError} `unauthorized`
 */
export async function requireSession(secret: PersonalSecret): Promise<User> {
  const user = await userOfSession(secret);
  if (!user) throw ended();
  return user;
}

export async function userOfSession({ userId, hash }: PersonalSecret): Promise<User | undefined> {
  const [valid, user] = await Promise.all([hasSession(userId, hash), getUser(userId)]);
  return valid ? user : undefined;
}

function newGuest(name: string): Identity {
  const user = { id: randomBytes(10).toString("hex"), name };
  const { text: token, hash: session } = newSecret(user.id);
  return { user, session, token };
}

function ended(): ClientError {
  return new ClientError("unauthorized", "The token is not valid any more");
}

/** Tokens and pids: `<user>.<256 random bits>`. The server keeps only a hash of the secret part. */
const SECRET = /^([0-9a-f]{20})\.([\w-]{43})$/;

export interface PersonalSecret {
  userId: string;
  hash: string;
}

export function newSecret(userId: string): PersonalSecret & { text: string } {
  const secret = randomBytes(32).toString("base64url");
  return { userId, hash: sha256(secret), text: `${userId}.${secret}` };
}

/** @returns undefined for a text that is no token or pid of Natter's */
export function readSecret(text: string): PersonalSecret | undefined {
  const [, userId, secret] = SECRET.exec(text) ?? [];
  return userId && secret ? { userId, hash: sha256(secret) } : undefined;
}

function sha256(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
