import { connect } from "node:net";
import fc from "fast-check";
import type { Running } from "../../local/src/run.ts";
import type { AckData } from "../../protocol/events.ts";
import { ok } from "../support/acks.ts";
import { openBare } from "../support/clients.ts";
import type { Tally } from "./tally.ts";

/**
 * Sends requests over bare sockets: to the site with the paths of the API, to the files, and to the
 * endpoint of the AWS APIs.
 */

type Form = AckData["upload"]["post"];

/** A request that has not been answered by then hangs. */
const PATIENCE_MS = 60_000;
const AT_ONCE = 4;
const BATCH = 100;

const junk = fc.string({ unit: "binary", maxLength: 40 });
const oneOf = (...texts: string[]) => fc.constantFrom(...texts);
/** What a head may have; Node refuses the rest before anybody sees it. */
const encode = (text: string) =>
  text.replace(/[^!-~]/gu, (one) => `%${(one.charCodeAt(0) % 256).toString(16)}`);

const path = fc.oneof(
  oneOf("/", "/index.html", "/favicon.svg", "/assets/", "*", ""),
  { weight: 3, arbitrary: oneOf("/ws", "/ws/", "/socket.io", "/socket.io/") },
  oneOf("/ws/@connections/AAAAAAAAAAAAAAA=", "/ws/%40connections/%zz", "/@connections/a"),
  oneOf("/2015-03-31/functions/", "/2015-03-31/functions/%zz/invocations"),
  oneOf("/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fpackage.json", "//", "//evil.example/", "/%zz"),
  oneOf("/%00", "/a/b?c", "/[", "http://evil.example/ws", "/__proto__", "/constructor"),
  junk.map((text) => `/${encode(text)}`),
);
const query = fc.oneof(
  { weight: 3, arbitrary: oneOf("", "?EIO=4&transport=websocket", "?EIO=4&transport=polling") },
  oneOf("?EIO=3", "?EIO=4&EIO=5&transport=websocket", "?transport", "?sid=a", "?list-type=2"),
  oneOf("?X-Amz-Signature=a", "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=é", "?versionId="),
  oneOf("?__proto__=a", "?toString=a&constructor=b", "?%zz=%", "?&&==", "?partNumber=1&tagging"),
  junk.map((text) => `?${encode(text)}`),
);

const SIGNED =
  "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00";
const header = fc.oneof(
  oneOf("Origin: https://evil.example", "Origin: null", "Origin: http://localhost", "Origin: é"),
  oneOf("X-Forwarded-For: 10.0.0.1", "X-Forwarded-Host: evil.example", "X-Origin-Key: a"),
  oneOf(`Authorization: ${SIGNED}`, "Authorization: AWS4-HMAC-SHA256 a", "X-Amz-Date: now"),
  oneOf("X-Amz-Target: DynamoDB_20120810.Scan", "X-Amz-Security-Token: a", "Cookie: a=b; a"),
  oneOf("Content-Type: multipart/form-data", "Content-Type: multipart/form-data; boundary=x"),
  oneOf("Transfer-Encoding: chunked", "Content-Length: 9999", "Content-Length: -1", "Expect: a"),
  oneOf("Range: bytes=5-1", "Range: bytes=-0", "If-None-Match: *", "Accept-Encoding: é"),
  oneOf("__proto__: a", "Sec-WebSocket-Protocol: a, b", "Sec-Fetch-Site: cross-site"),
  oneOf(`X-Long: ${"a".repeat(12_000)}`, "Access-Control-Request-Method: PUT"),
  junk.map((text) => `X-Junk: ${encode(text)}`),
  junk.map((text) => `X-Raw: ${text}`),
);
const upgrade = fc.constantFrom(
  [
    "Upgrade: websocket",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version: 13",
  ],
  ["Upgrade: websocket", "Sec-WebSocket-Key: a", "Sec-WebSocket-Version: 8"],
  ["Upgrade: h2c"],
);
const body = fc.oneof(oneOf("", "{}", "[", '{"TableName":"a"}', "5\r\nhello\r\n0\r\n\r\n"), junk);

interface Head {
  method: string;
  target: string;
  host?: string;
  headers: readonly string[];
}

const heads = fc.record({
  method: fc.oneof(
    { weight: 3, arbitrary: fc.constant("GET") },
    oneOf("HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "FLY"),
  ),
  target: fc.tuple(path, query).map((parts) => parts.join("")),
  host: fc.oneof(
    { weight: 4, arbitrary: fc.constant("localhost") },
    oneOf("evil.example", "a.s3.amazonaws.com", "é", ""),
  ),
  headers: fc.array(header, { maxLength: 3 }),
});
const requests = fc.oneof(
  fc.tuple(heads, body).map(([head, content]) => toText(head, content)),
  fc.tuple(heads, upgrade).map(([head, more]) => {
    return toText({ ...head, method: "GET", headers: [...more, ...head.headers] }, "");
  }),
);

/** Of the file that the form is for. */
const CONTENT = "content";

/** What is changed of the form. */
interface Change {
  name: string;
  value: string;
  boundary: string;
  content: string;
}
const changes: fc.Arbitrary<Change> = fc.record({
  name: oneOf(
    "x-ignore-a",
    "key",
    "Policy",
    "X-Amz-Signature",
    "X-Amz-Credential",
    "Content-Type",
    "tagging",
    "a",
  ),
  value: fc.oneof(oneOf("", "é".repeat(64), "a$", "../a", "e30=", "bnVsbA=="), junk),
  boundary: oneOf("x", "x", "x", "y", ""),
  content: fc.oneof(oneOf("", CONTENT, CONTENT), junk),
});

export async function fuzzHttp(
  tally: Tally,
  { stack, seed, until }: { stack: Running; seed: number; until(): boolean },
): Promise<void> {
  const form = await formOf(stack.url);
  const origins = [stack.url, form.url, stack.endpoint];
  const inputs = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...origins), requests) },
    changes.map((change) => [form.url, toForm(form, change)] as const),
  );
  const work = async (runner: number) => {
    for (let round = 0; until(); round++) {
      const batch = { seed: seed + runner * 10_000 + round, numRuns: BATCH };
      for (const [origin, request] of fc.sample(inputs, batch)) {
        if (!until()) return;
        const begun = performance.now();
        const status = await ask(origin, request);
        tally.took(performance.now() - begun, request);
        tally.count(status);
        if (status === "hangs") tally.find("no answer", request);
        if (status >= "500" && status <= "599") tally.find(`the answer is ${status}`, request);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, runner) => work(runner)));
}

/** A form that the bucket would take. */
async function formOf(origin: string): Promise<Form> {
  const client = await openBare(origin, { name: "Fuzz" });
  const file = { room: "lobby", name: "a", type: "text/plain", size: CONTENT.length };
  const { post } = ok(await client.emit("upload", file));
  await client.close();
  return post;
}

const INCOMPLETE = /\r\n(Transfer-Encoding: |Content-Length: 9999|Expect: )/;

/** @returns the status of the answer, "closed" or "hangs" */
function ask(origin: string, request: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    const end = (outcome: string) => {
      socket.destroy();
      resolve(outcome);
    };
    socket.setTimeout(PATIENCE_MS, () => end("hangs"));
    socket.once("data", (data) => end(/^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1] ?? "no HTTP"));
    socket.on("error", () => end("closed"));
    socket.on("close", () => end("closed"));
    socket.write(request);
    // For the rest of a body the server would wait.
    if (INCOMPLETE.test(request)) socket.end();
  });
}

function toText({ method, target, host = "localhost", headers }: Head, content: string): string {
  const isUpgrade = headers.some((one) => one.startsWith("Upgrade"));
  return [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    `Connection: ${isUpgrade ? "Upgrade" : "close"}`,
    ...headers,
    ...(content ? [`Content-Length: ${Buffer.byteLength(content)}`] : []),
    "",
    content,
  ].join("\r\n");
}

function toForm({ fields }: Form, { name, value, boundary, content }: Change): string {
  const parts = Object.entries({ ...fields, [name]: value }).map(
    ([field, text]) => `--x\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${text}\r\n`,
  );
  const file = `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${content}`;
  const text = `${parts.join("")}${file}\r\n--x--\r\n`;
  const headers = [`Content-Type: multipart/form-data; boundary=${boundary}`];
  return toText({ method: "POST", target: "/", headers }, text);
}
