import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Node } from "constructs";

/** A key of `cdk deploy -c key=value`. The table in docs/deploy.md has them too; a test compares. */
interface Key<T> {
  readonly means: string;
  /** The value that holds without it; empty if there is none. */
  readonly default: string;
  /** @throws {Error} with what a value must be */
  readonly read: (text: string) => T;
}

const key = <T>(means: string, otherwise: string, read: Key<T>["read"]): Key<T> => ({
  means,
  default: otherwise,
  read,
});

export const KEYS = {
  origins: key("Origins of other pages that may connect, separated by commas", "", readOrigins),
  guests: key("`off` lets nobody in without signing in", "on", isOn),
  joinKey: key("Asks new guests for this key of 8 to 128 characters", "", readJoinKey),
  lobby: key("`off` leaves out the lobby, the room that everybody is in", "on", isOn),
  auth: key("`cognito` creates a user pool for sign-in", "", readAuth),
  oidcIssuer: key("The OpenID Connect provider with which people sign in", "", readIssuer),
  oidcClientId: key("The page's client id at that provider", "", readText),
  oidcClientSecret: key(
    "For providers that require a secret in addition to PKCE, such as Google. It is public: the page contains it",
    "",
    readText,
  ),
  oidcOrigins: key(
    "More origins of the provider, separated by commas, if its token endpoint is at another origin than the issuer (Google's are known)",
    "",
    readOrigins,
  ),
  sessionDays: key("Days until people must sign in again, 1 to 365", "30", readDays),
  maxFileMB: key("The largest file that can be sent, in MB, 1 to 5000", "25", readMegabytes),
  jwksUri: key("Where your own server has the public keys of its JWTs", "", readIssuer),
  jwtIssuer: key("The `iss` of these JWTs", "", readText),
  jwtAudience: key("The `aud` of these JWTs", "", readText),
};

type KeyName = keyof typeof KEYS;

/** The token endpoint of a provider can be at another origin than its issuer. */
const OTHER_ORIGINS: Readonly<Record<string, string[]>> = {
  "https://accounts.google.com": ["https://oauth2.googleapis.com"],
};

/** What the deployer has to correct; the message begins with the key. */
export class KeyError extends Error {}

export type Settings = ReturnType<typeof readContext>;

/**
 * What the deployer has set.
 * @throws {KeyError} for a key that is not in the table, for a wrong value, and for keys that need others
 */
export function readContext(node: Node) {
  const given: Record<string, unknown> = node.getAllContext();
  const unknown = Object.keys(given).find((name) => !isKey(name) && !isCdks(name));
  if (unknown !== undefined) {
    throw new KeyError(
      `-c ${unknown}=… is not known. The keys are ${Object.keys(KEYS).join(", ")} (keys in cdk.context.json and ~/.cdk.json count too)`,
    );
  }
  const read = <T>(name: KeyName, { read, default: otherwise }: Key<T>): T | undefined => {
    const text = String(given[name] ?? otherwise);
    try {
      return text === "" ? undefined : read(text);
    } catch (error) {
      throw new KeyError(`-c ${name}=… ${error instanceof Error ? error.message : error}`);
    }
  };
  const auth = read("auth", KEYS.auth);
  const [issuer, clientId] = together({
    oidcIssuer: read("oidcIssuer", KEYS.oidcIssuer),
    oidcClientId: read("oidcClientId", KEYS.oidcClientId),
  });
  const [jwksUri, jwtIssuer, audience] = together({
    jwksUri: read("jwksUri", KEYS.jwksUri),
    jwtIssuer: read("jwtIssuer", KEYS.jwtIssuer),
    jwtAudience: read("jwtAudience", KEYS.jwtAudience),
  });
  const settings = {
    origins: read("origins", KEYS.origins) ?? [],
    guests: read("guests", KEYS.guests) ?? true,
    joinKeyHash: read("joinKey", KEYS.joinKey),
    lobby: read("lobby", KEYS.lobby) ?? true,
    sessionDays: read("sessionDays", KEYS.sessionDays) ?? 30,
    maxFileMB: read("maxFileMB", KEYS.maxFileMB) ?? 25,
    cognito: auth === "cognito",
    oidc: issuer && clientId ? { issuer, clientId } : undefined,
    oidcClientSecret: read("oidcClientSecret", KEYS.oidcClientSecret),
    oidcOrigins: [
      ...(OTHER_ORIGINS[issuer ?? ""] ?? []),
      ...(read("oidcOrigins", KEYS.oidcOrigins) ?? []),
    ],
    jwt: jwksUri && jwtIssuer && audience ? { jwksUri, issuer: jwtIssuer, audience } : undefined,
  };
  if (settings.cognito && settings.oidc) {
    throw new KeyError("-c auth=cognito and -c oidcIssuer=… cannot be combined");
  }
  if (!settings.oidc && (settings.oidcClientSecret || settings.oidcOrigins.length > 0)) {
    throw new KeyError("-c oidcClientSecret=… and -c oidcOrigins=… need -c oidcIssuer=…");
  }
  if (!settings.guests && !settings.cognito && !settings.oidc && !settings.jwt) {
    throw new KeyError(
      "-c guests=off leaves no way in: add auth=cognito, oidcIssuer and oidcClientId, or jwksUri, jwtIssuer and jwtAudience",
    );
  }
  if (!settings.guests && settings.joinKeyHash) {
    throw new KeyError("-c joinKey=… is for guests, whom -c guests=off does not let in");
  }
  return settings;
}

/** The values of keys that are given together or not at all. */
function together(values: Partial<Record<KeyName, string | undefined>>) {
  const missing = Object.entries(values).filter(([, value]) => value === undefined);
  const all = Object.keys(values);
  if (missing.length > 0 && missing.length < all.length) {
    throw new KeyError(
      `-c ${missing.map(([name]) => name).join(", ")} is missing: ${all.join(", ")} belong together`,
    );
  }
  return Object.values(values);
}

function isKey(name: string): name is KeyName {
  return Object.hasOwn(KEYS, name);
}

/**
 * Whether a key is one of CDK's, or of cdk.json. CDK's feature flags begin with @, most others have colons;
 * `cdk acknowledge` and `cdk cli-telemetry` write the rest.
 */
function isCdks(name: string): boolean {
  const { context } = JSON.parse(readFileSync(new URL("../cdk.json", import.meta.url), "utf8"));
  return (
    /^@|:|^(acknowledged-issue-numbers|cli-telemetry)$/.test(name) || Object.hasOwn(context, name)
  );
}

function readOrigins(text: string): string[] {
  const origins = text.split(",").map((origin) => origin.trim());
  const named = origins.filter((origin) => origin !== "");
  for (const origin of named) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new Error(
        `has "${origin}", which is not an origin: write a scheme, a host and, unless it is the usual one, a port, as in https://a.example or http://localhost:8080`,
      );
    }
  }
  return named;
}

function isOn(text: string): boolean {
  if (text === "on" || text === "off") return text === "on";
  throw new Error(`is "${text}"; it must be on or off`);
}

function readAuth(text: string): string {
  if (text === "cognito") return text;
  throw new Error(`is "${text}"; it must be cognito`);
}

/** Only this hash is deployed. */
function readJoinKey(text: string): string {
  if (text.length < 8 || text.length > 128) throw new Error("must have 8 to 128 characters");
  return createHash("sha256").update(text).digest("hex");
}

function readDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 365) return days;
  throw new Error(`is "${text}"; it must be a whole number from 1 to 365`);
}

/** On one machine a provider may do without TLS. */
function readIssuer(text: string): string {
  const { protocol, hostname } = URL.canParse(text) ? new URL(text) : new URL("none:");
  if (protocol === "https:") return text;
  if (protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)) return text;
  throw new Error(`is "${text}"; it must be an address that begins with https://`);
}

function readText(text: string): string {
  return text;
}

/** S3 takes 5 GB in one form. */
const MOST_MB = 5_000;

function readMegabytes(text: string): number {
  const megabytes = Number(text);
  if (megabytes >= 1 && megabytes <= MOST_MB) return megabytes;
  throw new Error(`is "${text}"; it must be a number from 1 to ${MOST_MB}`);
}
