import { ClientError } from "../../../protocol/errors.ts";
import type { AuthData } from "../../../protocol/events.ts";
import { MAX_SESSIONS } from "../../../protocol/limits.ts";
import type { User } from "../../../protocol/model.ts";
import { startJob } from "../../aws/invocations.ts";
import { PERSON_SECONDS, secondsFromNow } from "../../store/items.ts";
import {
  askLeft,
  askSession,
  deleteSession,
  type NewSession,
  noteUse,
  querySessions,
  takeLink,
} from "../../store/session-records.ts";
import { getTogether } from "../../store/table.ts";
import { putTodo } from "../../store/todos.ts";
import { askPerson, claimAccount, getPerson, keepPerson, type Person } from "../../store/users.ts";
import { settings } from "../access.ts";
import { endSessions } from "../end-connection.ts";
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

/** Who connects, and the session that proves it. */
export interface Identity {
  user: User;
  /** Whether nothing is stored of the person yet. */
  isNew: boolean;
  /** That of somebody who signs in. */
  account?: string;
  /** Absent for whoever connects with a JWT each time. */
  token?: Token;
  /** The session, if it begins now. */
  begins?: NewSession;
  /** The id of the session that has asked for the link, by which this person comes. */
  linkedBy?: string;
  /** When the JWT or the session ends, if that is fixed: in seconds since the epoch. */
  expiresAt?: number;
  /** The socket that the client can continue as. */
  recoverable?: Socket | undefined;
}

/**
 * The person that an auth stands for. A guest who sends a name again is recognised by the `pid`.
 * @param device the client's `User-Agent`
 * @throws {ClientError} `unauthorized` for a token or a code that is not valid, or no longer
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
  const [session, person, ...left] = await getTogether(
    askSession(userId, hash),
    askPerson(userId),
    ...(last ? [askLeft(last.sid), askLeft(last.sid, userId)] : []),
  );
  if (!session || !person) return undefined;
  await noteUse(userId, session);
  const isDue = (person.expiresAt ?? 0) < secondsFromNow(PERSON_SECONDS / 2);
  if (person.account === undefined && isDue) {
    await keep(person, { expiresAt: secondsFromNow(PERSON_SECONDS) });
  }
  const known = {
    user: person.user,
    token,
    isNew: false,
    recoverable: left.some(Boolean) ? undefined : last,
  };
  return session.signedIn ? { ...known, expiresAt: session.expiresAt } : known;
}

/** What belongs to the person follows as a job: it may take more writes than a frame may cost. */
async function keep({ user }: Person, kept: Parameters<typeof keepPerson>[1]): Promise<void> {
  const todo = await putTodo({ kind: "lifetime", user: user.id });
  await keepPerson(user.id, kept);
  await startJob(todo);
}

/**
 * Who opens a link that another device has shown. It ends with the session of that device, and where
 * the end of that is fixed, so is that of the new session.
 */
async function byLink(code: string, device: string): Promise<Identity> {
  const over = new ClientError("unauthorized", "This link has been used already or has expired");
  const given = readToken(code);
  const link = given && (await takeLink(given.userId, given.hash));
  if (!link) throw over;
  const { userId } = given;
  const [session, person] = await getTogether(askSession(userId, link.session), askPerson(userId));
  if (!session || !person) throw over;
  await makeSpace(person.user.id, { linkedBy: session.id });
  const { signedIn } = session;
  const end = signedIn ? { expiresAt: session.expiresAt } : {};
  const begins = { device, signedIn, ...end };
  const token = newToken(person.user.id);
  return { user: person.user, token, isNew: false, begins, linkedBy: session.id, ...end };
}

/**
 * Somebody who signs in. A guest becomes that person, if the account has none yet. An ID token is
 * exchanged for a session; sent again, for another one in its place.
 * @throws {ClientError} `forbidden` if the account has a person who is not the guest
 */
async function byJwt(jwt: string, guestToken = "", device = ""): Promise<Identity> {
  const { verify } = await import("./jwt.ts");
  const { account, name, expiresAt, isIdToken } = await verify(jwt, settings);
  const token = readToken(guestToken);
  const found =
    token && (await getTogether(askSession(token.userId, token.hash), askPerson(token.userId)));
  const guest = found?.[0] && found[1]?.account === undefined ? found[1] : undefined;
  const id = await claimAccount(account, guest?.user.id ?? newUserId());
  if (guest && guest.user.id !== id) {
    throw new ClientError("forbidden", "Another person here has this account already");
  }
  const person = await getPerson(id);
  if (person && person.account === undefined) await keep(person, { account, expiresAt: undefined });
  if (token && guest) await deleteSession(id, token.hash);
  const user = person?.user ?? { id, name };
  const identity = { user, isNew: person === undefined, account, expiresAt };
  if (!isIdToken) return identity;
  await makeSpace(id, { jwt: sha256(jwt) });
  const ends = secondsFromNow(settings.sessionDays * 24 * 60 * 60);
  const begins = { device, signedIn: true, expiresAt: ends, jwt: sha256(jwt) };
  return { ...identity, token: newToken(id), begins };
}

/**
 * Ends the session that a JWT has begun before, and the oldest of too many.
 * @param linkedBy the id of a session that stays
 */
async function makeSpace(userId: string, { jwt = "", linkedBy = "" }): Promise<void> {
  const sessions = await querySessions(userId);
  const others = sessions.filter(({ id }) => id !== linkedBy);
  const space = MAX_SESSIONS - 1 - (sessions.length - others.length);
  const former = others
    .toSorted((a, b) => b.seenAt - a.seenAt)
    .filter((one, index) => index >= space || (jwt !== "" && one.jwt === jwt));
  const ids = former.map(({ id }) => id);
  if (ids.length > 0) await endSessions(userId, ids, () => false);
}

export function ended(): ClientError {
  return new ClientError("unauthorized", "The token is no longer valid");
}
