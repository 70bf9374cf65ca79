import { createHash, randomBytes } from "node:crypto";

/** What tokens and pids are: `<user>.<256 random bits>`. The server keeps only the secret's hash. */
const FORMAT = /^([0-9a-f]{20})\.([\w-]{43})$/;

export interface PersonalSecret {
  userId: string;
  hash: string;
}

export function newSecret(userId: string): PersonalSecret & { text: string } {
  const secret = randomBytes(32).toString("base64url");
  return { userId, hash: sha256(secret), text: `${userId}.${secret}` };
}

/** Undefined for what was not made here. */
export function readSecret(text: string): PersonalSecret | undefined {
  const [, userId, secret] = FORMAT.exec(text) ?? [];
  return userId && secret ? { userId, hash: sha256(secret) } : undefined;
}

function sha256(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
