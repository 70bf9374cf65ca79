import { createHash, randomBytes } from "node:crypto";
import { ClientError } from "../../protocol/errors.ts";
import type { AuthData } from "../../protocol/events.ts";
import type { User } from "../../protocol/model.ts";
import { getUser, hasSession, putSession, putUser } from "../store/people.ts";

/** A token is `<user>.<256 random bits>`; the server keeps only the hash of its secret. */
const TOKEN = /^([0-9a-f]{20})\.([\w-]{43})$/;

interface Identity {
  user: User;
  /** The hash that the session is known by. */
  session: string;
  token?: string;
}

/**
 * The person behind an auth; a new guest comes with the token to return with.
 * @throws {ClientError} `unauthorized` for a token that was not given out here, or has ended
 */
export async function identify(auth: AuthData): Promise<Identity> {
  return "token" in auth ? returningUser(auth.token) : newGuest(auth.name);
}

async function newGuest(name: string): Promise<Identity> {
  const user = { id: randomBytes(10).toString("hex"), name };
  const secret = randomBytes(32).toString("base64url");
  const session = hash(secret);
  await putUser(user);
  await putSession(user.id, session);
  return { user, session, token: `${user.id}.${secret}` };
}

async function returningUser(token: string): Promise<Identity> {
  const [, id, secret] = TOKEN.exec(token) ?? [];
  if (id && secret) {
    const session = hash(secret);
    const [valid, user] = await Promise.all([hasSession(id, session), getUser(id)]);
    if (valid && user) return { user, session };
  }
  throw new ClientError("unauthorized", "The token is not valid any more");
}

function hash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
