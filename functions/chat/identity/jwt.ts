import { JwtVerifier } from "aws-jwt-verify";
import { FetchError, JwtBaseError, WaitPeriodNotYetEndedJwkError } from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { decomposeUnverifiedJwt } from "aws-jwt-verify/jwt";
import * as v from "valibot";
import { ClientError } from "../../../protocol/errors.ts";
import { Name } from "../../../protocol/fields.ts";
import { MAX_NAME_LENGTH } from "../../../protocol/limits.ts";
import type { settings } from "../access.ts";
import { sha256 } from "./tokens.ts";

/**
 * Verifies JWTs. It is imported when the first one comes: guests do without it. esbuild keeps all of
 * what such a module imports, and what that imports, so it must not lead to the store.
 */

const WITHIN_MS = 3_000;

/** What a name is taken from, the best first. */
const NAMES = ["nickname", "name", "preferred_username", "given_name"] as const;

/** The type of access tokens (RFC 9068); media types know no case, and may leave out "application/". */
const ACCESS_TOKEN = /^(application\/)?at\+jwt$/i;

const Claims = v.looseObject({ sub: v.pipe(v.string(), v.minLength(1)), exp: v.number() });
const Discovered = v.object({ issuer: v.string(), jwks_uri: v.string() });

interface Verified {
  /** Stands for the issuer and the subject. */
  account: string;
  name: string;
  /** In seconds since the epoch. */
  expiresAt: number;
  /** Whether it is an ID token, which is exchanged for a session. */
  isIdToken: boolean;
}

/** @throws {ClientError} `unauthorized`, or `busy` if the keys are not at hand */
export async function verify(
  jwt: string,
  { oidc, jwt: own }: Pick<typeof settings, "oidc" | "jwt">,
): Promise<Verified> {
  try {
    const { header, payload } = decomposeUnverifiedJwt(jwt);
    const isIdToken = payload.iss === oidc?.issuer;
    const issuer = isIdToken ? oidc : own;
    if (issuer === undefined) throw refused("Nobody signs in here");
    if (
      isIdToken &&
      (ACCESS_TOKEN.test(String(header.typ)) || (payload.token_use ?? "id") !== "id")
    ) {
      throw refused("The token is not an ID token");
    }
    const claims = v.parse(Claims, await (await verifierOf(issuer)).verify(jwt));
    const account = sha256(`${payload.iss} ${claims.sub}`);
    return { account, name: nameIn(claims), expiresAt: Math.floor(claims.exp), isIdToken };
  } catch (error) {
    if (error instanceof FetchError || error instanceof WaitPeriodNotYetEndedJwkError) {
      throw new ClientError("busy", "The keys of the tokens cannot be had; try again");
    }
    const isBad = error instanceof JwtBaseError || error instanceof v.ValiError;
    throw isBad ? refused(error.message) : error;
  }
}

function refused(why: string): ClientError {
  return new ClientError("unauthorized", why);
}

function nameIn(claims: v.InferOutput<typeof Claims>): string {
  for (const claim of NAMES) {
    const text = [...String(claims[claim] ?? "")].slice(0, MAX_NAME_LENGTH).join("");
    const name = v.safeParse(Name, text);
    if (name.success) return name.output;
  }
  return "New member";
}

interface Issuer {
  issuer: string;
  audience: string;
  jwksUri?: string;
}

const jwksCache = new SimpleJwksCache({ fetcher: { fetch: load } });
const verifiers = new Map<Issuer, Promise<ReturnType<typeof create>>>();

function create(issuer: Issuer & { jwksUri: string }) {
  return JwtVerifier.create(issuer, { jwksCache });
}

function verifierOf(issuer: Issuer) {
  const known = verifiers.get(issuer);
  if (known !== undefined) return known;
  const made = findKeys(issuer).then((jwksUri) => create({ ...issuer, jwksUri }));
  verifiers.set(issuer, made);
  made.catch(() => verifiers.delete(issuer));
  return made;
}

/** A provider says where its keys are (OpenID Connect Discovery). */
async function findKeys({ issuer, jwksUri }: Issuer): Promise<string> {
  if (jwksUri !== undefined) return jwksUri;
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const found = v.safeParse(Discovered, JSON.parse(Buffer.from(await load(url)).toString()));
  if (found.success && found.output.issuer === issuer) return found.output.jwks_uri;
  throw new FetchError(url, "The provider's configuration is not its own");
}

/** Unlike the library's own, it also reads from a provider on this machine, without TLS. */
async function load(url: string): Promise<ArrayBuffer> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
    if (answer.ok) return await answer.arrayBuffer();
    throw new Error(`Status ${answer.status}`);
  } catch (error) {
    throw new FetchError(url, String(error));
  }
}
