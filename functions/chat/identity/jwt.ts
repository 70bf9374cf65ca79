import { JwtVerifier } from "aws-jwt-verify";
import { FetchError, JwtBaseError, WaitPeriodNotYetEndedJwkError } from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { decomposeUnverifiedJwt } from "aws-jwt-verify/jwt";
import * as v from "valibot";
import { ClientError } from "../../../protocol/errors.ts";
import { Name } from "../../../protocol/fields.ts";
import { MAX_NAME_LENGTH } from "../../../protocol/limits.ts";
import { cut } from "../../../protocol/text.ts";
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

/** Below an issuer's address: where it publishes the address of its keys (OpenID Connect Discovery). */
const CONFIGURATION = "/.well-known/openid-configuration";
const Configuration = v.object({ issuer: v.string(), jwks_uri: v.string() });

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
    if (issuer === undefined) throw refused("This deployment has no sign-in");
    if (
      isIdToken &&
      (ACCESS_TOKEN.test(String(header.typ)) || (payload.token_use ?? "id") !== "id")
    ) {
      throw refused("The token is not an ID token");
    }
    const keys = { jwksUri: configurationOf(issuer.issuer), ...issuer };
    const verifier = JwtVerifier.create(keys, { jwksCache });
    const claims = v.parse(Claims, await verifier.verify(jwt));
    const account = sha256(`${payload.iss} ${claims.sub}`);
    return { account, name: nameIn(claims), expiresAt: Math.floor(claims.exp), isIdToken };
  } catch (error) {
    if (error instanceof FetchError || error instanceof WaitPeriodNotYetEndedJwkError) {
      throw new ClientError("busy", "The keys that verify tokens cannot be loaded now; try again");
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
    const name = v.safeParse(Name, cut(String(claims[claim] ?? ""), MAX_NAME_LENGTH));
    if (name.success) return name.output;
  }
  return "New member";
}

const jwksCache = new SimpleJwksCache({ fetcher: { fetch: loadKeys } });

function configurationOf(issuer: string): string {
  return issuer.replace(/\/$/, "") + CONFIGURATION;
}

/** The keys at an address, or those that a provider's configuration there names. */
async function loadKeys(url: string): Promise<ArrayBuffer> {
  const loaded = await load(url);
  if (!url.endsWith(CONFIGURATION)) return loaded;
  const found = v.safeParse(Configuration, JSON.parse(Buffer.from(loaded).toString()));
  if (found.success && configurationOf(found.output.issuer) === url) {
    return load(found.output.jwks_uri);
  }
  throw new FetchError(url, "The provider's configuration names another issuer");
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
