import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/hash-node";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Unsigned } from "../../functions/aws/signing.ts";

/** Our signatures are those that the SDK makes. */

beforeEach(() => vi.resetModules());
afterEach(() => vi.unstubAllEnvs());

const text = fc.string({ unit: "grapheme", maxLength: 30 });
const name = fc.stringMatching(/^x-[a-z]{1,10}$/);
const value = fc.stringMatching(/^[!-~]{1,20}$/);
const request = fc.record({
  service: fc.constantFrom("execute-api", "lambda", "dynamodb"),
  method: fc.constantFrom("POST", "GET", "DELETE"),
  headers: fc.dictionary(name, value, { maxKeys: 4 }),
  body: text,
});
const paths = fc.array(
  fc.array(
    text.filter((part) => !/^\.{0,2}$/.test(part)),
    { maxLength: 4 },
  ),
  { minLength: 1, maxLength: 3 },
);
const when = fc.date({
  min: new Date("2020-01-01"),
  max: new Date("2040-01-01"),
  noInvalidDate: true,
});

/** The headers that the SDK's signer gives a request. */
async function expected(
  { service, method, headers, body }: Unsigned,
  path: string,
  signingDate: Date,
) {
  const signer = new SignatureV4({
    service,
    region: "eu-central-1",
    credentials: {
      accessKeyId: "AKIAEXAMPLE",
      secretAccessKey: "secret/key+",
      ...(process.env.AWS_SESSION_TOKEN && { sessionToken: process.env.AWS_SESSION_TOKEN }),
    },
    sha256: Hash.bind(null, "sha256"),
    applyChecksum: false,
  });
  const unsigned = new HttpRequest({ method, path, headers: { ...headers }, body });
  return (await signer.sign(unsigned, { signingDate })).headers;
}

function pairs(flat: readonly string[]): Record<string, string> {
  const entries = Array.from({ length: flat.length / 2 }, (_, n) => flat.slice(2 * n, 2 * n + 2));
  return Object.fromEntries(entries);
}

test.each([
  ["with", "token/with+signs=="],
  ["without", ""],
])("a request is signed as the SDK signs it, %s a session token", async (_, token) => {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret/key+");
  vi.stubEnv("AWS_SESSION_TOKEN", token);
  const { signer } = await import("../../functions/aws/signing.ts");
  await fc.assert(
    fc.asyncProperty(request, paths, when, async (one, parts, date) => {
      const unsigned = { ...one, headers: { ...one.headers, host: "chat.test" } };
      const sign = signer(unsigned, date);
      for (const part of parts) {
        const path = `/${part.map(encodeURIComponent).join("/")}`;
        expect(pairs(sign(path))).toEqual(await expected(unsigned, path, date));
      }
    }),
    { numRuns: 300 },
  );
});
