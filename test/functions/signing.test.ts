import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
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

function stubCredentials(token: string): void {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret/key+");
  vi.stubEnv("AWS_SESSION_TOKEN", token);
}

test.each([
  ["with", "token/with+signs=="],
  ["without", ""],
])("a request is signed as the SDK signs it, %s a session token", async (_, token) => {
  stubCredentials(token);
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

test("an address of S3 is signed as the SDK signs it", async () => {
  stubCredentials("token/with+signs==");
  const { signAddress } = await import("../../functions/aws/signing.ts");
  const host = "files.s3.eu-central-1.amazonaws.com";
  const query = fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), text, { maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "HEAD", "DELETE"),
      query,
      when,
      async (method, query, date) => {
        const addressed = { method, host, path: "/tea/1b4e28ba", query, seconds: 300 } as const;
        const sdk = new SignatureV4({
          service: "s3",
          region: "eu-central-1",
          credentials: {
            accessKeyId: "AKIAEXAMPLE",
            secretAccessKey: "secret/key+",
            sessionToken: "token/with+signs==",
          },
          sha256: Hash.bind(null, "sha256"),
          uriEscapePath: false,
          applyChecksum: false,
        });
        const headers = { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
        const unsigned = new HttpRequest({
          method,
          hostname: host,
          path: addressed.path,
          query,
          headers,
        });
        const signed = await sdk.presign(unsigned, {
          signingDate: date,
          expiresIn: 300,
          unhoistableHeaders: new Set(["x-amz-content-sha256"]),
          unsignableHeaders: new Set(["x-amz-content-sha256"]),
        });
        const url = new URL(signAddress(addressed, date), `https://${host}`);
        expect(Object.fromEntries(url.searchParams)).toEqual(signed.query);
      },
    ),
    { numRuns: 200 },
  );
});

test("a form for S3 has the fields and the policy that the SDK's has", async () => {
  stubCredentials("token/with+signs==");
  vi.useFakeTimers({ now: Date.UTC(2026, 1, 3, 4, 5, 6), toFake: ["Date"] });
  try {
    const { signForm } = await import("../../functions/aws/signing.ts");
    const own = { "Content-Type": "image/png", tagging: "<Tagging/>" };
    const form = signForm("files", { key: "tea/1", ...own }, { size: 5, seconds: 900 });
    const credentials = {
      accessKeyId: "AKIAEXAMPLE",
      secretAccessKey: "secret/key+",
      sessionToken: "token/with+signs==",
    };
    const { fields } = await createPresignedPost(
      new S3Client({ region: "eu-central-1", credentials }),
      {
        Bucket: "files",
        Key: "tea/1",
        Fields: own,
        Expires: 900,
        Conditions: [["content-length-range", 5, 5]],
      },
    );
    const { Policy, "X-Amz-Signature": signature, key, bucket: _, ...others } = fields;
    expect(form).toMatchObject(others);
    expect(form.key).toBe(key);
    const conditions = (policy = "") => {
      const { expiration, conditions } = JSON.parse(Buffer.from(policy, "base64").toString());
      return {
        expiration: Date.parse(expiration),
        conditions: conditions.map((one: object) => JSON.stringify(one)).sort(),
      };
    };
    expect(conditions(form.Policy)).toEqual(conditions(Policy));
    // The order of the conditions differs, so the signature does.
    expect(form["X-Amz-Signature"]).toMatch(/^[0-9a-f]{64}$/);
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
  } finally {
    vi.useRealTimers();
  }
});
