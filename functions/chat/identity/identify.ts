import { randomBytes } from "node:crypto";
import { ClientError } from "../../../protocol/errors.ts";
import type { AuthData } from "../../../protocol/events.ts";
import type { User } from "../../../protocol/model.ts";
import { hasSession, putSession } from "../../store/sessions.ts";
import { getUser, putUser } from "../../store/users.ts";
import { newSecret, type PersonalSecret, readSecret } from "./secrets.ts";

/** Somebody, and the session, by its hash, that proves it. */
export interface Identity {
  user: User;
  session: string;
  /** What a new guest can return with. */
  token?: string;
}

/**
 * The person behind an auth; a new guest comes with the token to return with.
 * @throws {ClientError} `unauthorized` for a token that was not given out here, or has ended
 */
export async function identify(auth: AuthData): Promise<Identity> {
  if (!("token" in auth)) return newGuest(auth.name);
  const secret = readSecret(auth.token);
  if (!secret) throw ended();
  return { user: await requireSession(secret), session: secret.hash };
}

/** The person of a session, as they are called now. @throws {ClientError} `unauthorized` */
export async function requireSession(secret: PersonalSecret): Promise<User> {
  const user = await userOfSession(secret);
  if (!user) throw ended();
  return user;
}

async function newGuest(name: string): Promise<Identity> {
  const user = { id: randomBytes(10).toString("hex"), name };
  const { text: token, hash: session } = newSecret(user.id);
  await putUser(user);
  await putSession(user.id, session);
  return { user, session, token };
}

export async function userOfSession({ userId, hash }: PersonalSecret): Promise<User | undefined> {
  const [valid, user] = await Promise.all([hasSession(userId, hash), getUser(userId)]);
  return valid ? user : undefined;
}

function ended(): ClientError {
  return new ClientError("unauthorized", "The token is not valid any more");
}
