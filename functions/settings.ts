import * as v from "valibot";
import { requireEnv } from "./env.ts";

const Settings = v.object({
  /** Whether people may come in without signing in. */
  guests: v.boolean(),
  /** Whether there is a room in which everybody is. */
  lobby: v.boolean(),
  /** The SHA-256 of the key that new guests are asked for. */
  joinKeyHash: v.optional(v.string()),
  /** How long a session lasts that begins with a sign-in. */
  sessionDays: v.number(),
  /** The provider whose ID tokens are exchanged for sessions. */
  oidc: v.optional(v.object({ issuer: v.string(), audience: v.string() })),
  /** The deployer's own server, whose JWTs are accepted. */
  jwt: v.optional(v.object({ issuer: v.string(), audience: v.string(), jwksUri: v.string() })),
});

/** What the deployer has set, as `infra/sign-in.ts` tells it. */
export const settings = v.parse(Settings, JSON.parse(requireEnv("SIGN_IN")));
