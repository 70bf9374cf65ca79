import { readFileSync } from "node:fs";
import { request } from "node:http";
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import {
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { HttpRequest } from "@smithy/core/protocols";
import { Hash } from "@smithy/hash-node";
import { SignatureV4 } from "@smithy/signature-v4";
import * as v from "valibot";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readAuthorization, verifySignature } from "../src/endpoint/signature.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

/** Requests that botocore has signed, each with something awkward in it. */
const BOTOCORE = v.parse(
  v.array(
    v.object({
      name: v.string(),
      method: v.string(),
      url: v.string(),
      headers: v.record(v.string(), v.string()),
      body: v.string(),
    }),
  ),
  JSON.parse(readFileSync(new URL("fixtures/botocore-requests.json", import.meta.url), "utf8")),
);

let fixture: Fixture;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  fixture = await startFixture();
  ({ env = {} } = await fixture.connect());
});
afterAll(() => fixture.stop());

const FORBIDDEN = '{"message":"Forbidden"}';

const LOCAL = { accessKeyId: "local", secretAccessKey: "local" };

const ofFunction = () => ({
  accessKeyId: env.AWS_ACCESS_KEY_ID ?? "",
  secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "",
  sessionToken: env.AWS_SESSION_TOKEN ?? "",
});

interface Change {
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  signingDate?: Date;
  region?: string;
  /** Headers, body and path that replace the signed ones. */
  headers?: Record<string, string>;
  body?: string;
  path?: string;
}

/** Signs a call as an SDK does, changes it and sends it. */
async function send(service: "dynamodb" | "execute-api" | "lambda", change: Change = {}) {
  const { host, hostname, port } = new URL(fixture.endpoint);
  const paths = {
    dynamodb: "/",
    "execute-api": "/dev/@connections/AAAAAAAAAAAAAAA%3D",
    lambda: "/2015-03-31/functions/Callback/invocations",
  };
  const signer = new SignatureV4({
    service,
    region: change.region ?? "us-east-1",
    credentials: change.credentials ?? ofFunction(),
    sha256: Hash.bind(null, "sha256"),
  });
  const signed = await signer.sign(
    new HttpRequest({
      method: "POST",
      protocol: "http:",
      hostname,
      path: paths[service],
      headers: {
        host,
        ...(service === "dynamodb" && {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "DynamoDB_20120810.ListTables",
        }),
      },
      body: "{}",
    }),
    { signingDate: change.signingDate ?? new Date() },
  );
  // fetch refuses to set Host and Origin.
  return new Promise<{ status: number | undefined; error: unknown; body: string }>(
    (resolve, reject) => {
      const sent = request(
        {
          hostname,
          port,
          method: "POST",
          path: change.path ?? signed.path,
          headers: { ...signed.headers, ...change.headers },
        },
        async (response) => {
          let body = "";
          for await (const chunk of response) body += chunk;
          const { statusCode: status, headers } = response;
          resolve({ status, error: headers["x-amzn-errortype"], body });
        },
      );
      sent.once("error", reject).end(change.body ?? "{}");
    },
  );
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

test("requests that an SDK signs are accepted", async () => {
  expect((await send("dynamodb")).status).toBe(200);
  expect((await send("lambda")).status).toBe(200);
  expect((await send("execute-api")).status).toBe(410);
  expect((await send("dynamodb", { signingDate: minutesAgo(4) })).status).toBe(200);
});

test.each<[string, () => Change, string]>([
  [
    "a key that was never given out",
    () => ({ credentials: { ...LOCAL, accessKeyId: "AKIAOTHER" } }),
    "UnrecognizedClientException",
  ],
  [
    "another session's token",
    () => ({ credentials: { ...ofFunction(), sessionToken: "other" } }),
    "UnrecognizedClientException",
  ],
  [
    "a wrong secret",
    () => ({ credentials: { ...ofFunction(), secretAccessKey: "guess" } }),
    "InvalidSignatureException",
  ],
  ["an altered body", () => ({ body: '{"Limit":1}' }), "InvalidSignatureException"],
  [
    "an altered path",
    () => ({ path: "/2015-03-31/functions/Main/invocations" }),
    "InvalidSignatureException",
  ],
  ["a query that was not signed", () => ({ path: "/?a=b" }), "InvalidSignatureException"],
  [
    "a header that was not signed",
    () => ({ headers: { "x-amz-invocation-type": "Event" } }),
    "InvalidSignatureException",
  ],
  [
    "a date of six minutes ago",
    () => ({ signingDate: minutesAgo(6) }),
    "InvalidSignatureException",
  ],
  ["a date in six minutes", () => ({ signingDate: minutesAgo(-6) }), "InvalidSignatureException"],
  ["another Region", () => ({ region: "eu-west-1" }), "InvalidSignatureException"],
  [
    "a header that is no signature",
    () => ({ headers: { authorization: "Bearer x" } }),
    "IncompleteSignatureException",
  ],
])("%s is refused", async (_, change, type) => {
  expect(await send("lambda", change())).toMatchObject({ status: 403, error: type });
  const { status, body } = await send("dynamodb", change());
  expect(status).toBe(400);
  expect(JSON.parse(body).__type).toBe(`com.amazon.coral.service#${type}`);
});

test("each service refuses in the form of its protocol", async () => {
  const signingDate = minutesAgo(6);
  const { status, body } = await send("dynamodb", { signingDate });
  expect(status).toBe(400);
  expect(JSON.parse(body)).toEqual({
    __type: "com.amazon.coral.service#InvalidSignatureException",
    message: expect.stringMatching(/^Signature expired: \d{8}T\d{6}Z is more than 5 minutes ago$/),
  });
  const post = await send("execute-api", { body: "other" });
  expect(post).toMatchObject({ status: 403, error: "InvalidSignatureException" });
});

test.each(BOTOCORE)("the signature of $name, as botocore makes it, is verified", (recorded) => {
  const request = { ...recorded, body: Buffer.from(recorded.body) };
  const verify = (secret: string) =>
    verifySignature(request, readAuthorization(request), secret, Date.UTC(2026, 0, 2, 3, 4, 5));
  verify("secret/with+signs");
  expect(() => verify("another secret")).toThrow("does not match");
});

test("a request without a signature is refused", async () => {
  const response = await fetch(`${fixture.endpoint}/dev/@connections/x`, { method: "POST" });
  expect(response.status).toBe(403);
  expect(response.headers.get("x-amzn-errortype")).toBe("MissingAuthenticationTokenException");
});

test.each([
  ["an Origin", { origin: "http://localhost:3000" }],
  ["the mark that browsers set", { "sec-fetch-site": "same-origin" }],
  ["a host that only means this machine", { host: "rebound.example:3001" }],
])("a page's request, recognised by %s, is refused whatever its signature", async (_, headers) => {
  const answer = await send("lambda", { credentials: LOCAL, headers });
  expect(answer).toMatchObject({ status: 403, error: "ForbiddenException", body: FORBIDDEN });
});

test("the developer's key may do everything, in all three services", async () => {
  const settings = { region: "us-east-1", credentials: LOCAL };
  const dynamodb = new DynamoDBClient({ ...settings, endpoint: fixture.endpoint });
  expect((await dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(["Table"]);
  expect((await dynamodb.send(new ScanCommand({ TableName: "Table" }))).Count).toBe(0);
  const get = new GetItemCommand({ TableName: "Table", Key: { id: { S: "x" } } });
  expect((await dynamodb.send(get)).Item).toBeUndefined();

  const { client, connectionId } = await fixture.connect();
  const management = new ApiGatewayManagementApiClient({
    ...settings,
    endpoint: `${fixture.endpoint}/dev`,
  });
  await management.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: "hello" }));
  expect(await client.next()).toBe("hello");

  const lambda = new LambdaClient({ ...settings, endpoint: fixture.endpoint });
  const invoked = await lambda.send(new InvokeCommand({ FunctionName: "Callback", Payload: "{}" }));
  expect(invoked.StatusCode).toBe(200);
});
