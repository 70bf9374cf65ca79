import { ClientError } from "../../../protocol/errors.ts";
import type { AuthData } from "../../../protocol/events.ts";
import { settings } from "../../settings.ts";
import { PERSON_SECONDS, secondsFromNow } from "../../store/items.ts";
import { askLeft, askSession, noteUse } from "../../store/session-records.ts";
import { getTogether } from "../../store/table.ts";
import { askPerson } from "../../store/users.ts";
import { byJwt, byLink, type Identity, keep } from "./sign-in.ts";
import {
  isJwt,
  newToken,
  newUserId,
  readPid,
  readToken,
  type Socket,
  sha256,
  type Token,
} from "./tokens.ts";

/**
 * The person that an auth stands for. A guest who sends a name again is recognised by the `pid`.
 * @param device the client's `User-Agent`
 * @throws {ClientError} `unauthorized` for a token or code that does not hold, or no longer
 */
export async function identify(auth: AuthData, device: string): Promise<Identity> {
  if ("link" in auth) return byLink(auth.link, device);
  if ("token" in auth && isJwt(auth.token)) return byJwt(auth.token, auth.guest, device);
  const last = readPid(auth.pid ?? "");
  const text = "token" in auth ? auth.token : last?.token;
  const token = text === undefined ? undefined : readToken(text);
  const known = token && (await byToken(token, last?.token === text ? last : undefined));
  if (known) return known;
  if ("token" in auth) throw ended();
  requireAdmission(auth.key);
  const user = { id: newUserId(), name: auth.name };
  return { user, token: newToken(user.id), isNew: true, begins: { device, signedIn: false } };
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
  await noteUse(userId, session);
  const isDue = (person.expiresAt ?? 0) < secondsFromNow(PERSON_SECONDS / 2);
  if (person.account === undefined && isDue) {
    await keep(person, { expiresAt: secondsFromNow(PERSON_SECONDS) });
  }
  const known = { user: person.user, token, isNew: false, recoverable: left ? undefined : last };
  return session.signedIn ? { ...known, expiresAt: session.expiresAt } : known;
}

export function ended(): ClientError {
  return new ClientError("unauthorized", "The token is no longer valid");
}
