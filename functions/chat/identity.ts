import { createHash, randomBytes } from "node:crypto";
import { ClientError } from "../../protocol/errors.ts";
import type { AuthData } from "../../protocol/events.ts";
import type { User } from "../../protocol/model.ts";
import { getUser, hasSession, putSession, putUser } from "../store/people.ts";

/** A token is `<user>.<256 random bits>`; the server keeps only the hash of its secret. */
const TOKEN = /^([0-9a-f]{20})\.([\w-]{43})$/;

/**
 * The person behind an auth; a new guest comes with the token to return with.
 * @throws {ClientError} `unauthorized` for a token that was not given out here, or has ended
 */
export async function identify(auth: AuthData): Promise<{ user: User; token?: string }> {
  return "token" in auth ? { user: await returningUser(auth.token) } : newGuest(auth.name);
}

async function newGuest(name: string): Promise<{ user: User; token: string }> {
  const user = { id: randomBytes(10).toString("hex"), name };
  const secret = randomBytes(32).toString("base64url");
  await putUser(user);
  await putSession(user.id, hash(secret));
  return { user, token: `${user.id}.${secret}` };
}

async function returningUser(token: string): Promise<User> {
  const [, id, secret] = TOKEN.exec(token) ?? [];
  if (id && secret) {
    const [valid, user] = await Promise.all([hasSession(id, hash(secret)), getUser(id)]);
    if (valid && user) return user;
  }
  throw new ClientError("unauthorized", "The token is not valid any more");
}

function hash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
