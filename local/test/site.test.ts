import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { handshake } from "./fixtures/handshake.ts";
import { type Fixture, startFixture } from "./fixtures/runtime.ts";

const API_HOST = {
  "Fn::Join": ["", [{ Ref: "Api" }, ".execute-api.", { Ref: "AWS::Region" }, ".amazonaws.com"]],
};

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture({
    origins: ["http://localhost:8080", "https://elsewhere.example"],
    template: ({ Resources }) => {
      const upload = (properties: Record<string, unknown>) => ({
        Type: "Custom::CDKBucketDeployment",
        Properties: {
          ServiceToken: "arn:provider",
          SourceBucketNames: ["assets"],
          SourceObjectKeys: ["site.zip"],
          DestinationBucketName: { Ref: "Bucket" },
          ...properties,
        },
      });
      Resources.Bucket = { Type: "AWS::S3::Bucket", Properties: {} };
      Resources.Files = upload({
        Exclude: ["*.html", "*.txt"],
        SystemMetadata: { "cache-control": "max-age=31536000, immutable" },
      });
      Resources.Page = upload({
        Exclude: ["*"],
        Include: ["*.html"],
        SystemMetadata: { "cache-control": "no-cache" },
      });
      const socket = { TargetOriginId: "api", ViewerProtocolPolicy: "https-only" };
      const lead = (FunctionCode: string) => ({
        Type: "AWS::CloudFront::Function",
        Properties: {
          Name: "Lead",
          FunctionCode,
          FunctionConfig: { Comment: "", Runtime: "cloudfront-js-2.0" },
        },
      });
      Resources.Lead = lead(
        `function handler({ request }) {
          request.uri = "/dev";
          request.querystring.from = { value: "led & on" };
          return request;
        }`,
      );
      Resources.Rejecting = lead(`function handler({ request }) {
        request.method = "POST";
        return request;
      }`);
      Resources.Broken = lead(`function handler({ request }) {
        request.headers["x-more"] = { value: "1" };
        return request;
      }`);
      Resources.Answering = lead(`function handler() {
        return {
          statusCode: 418,
          statusDescription: "A Teapot",
          headers: { "x-from": { value: "the edge" } },
          body: { encoding: "text", data: "short and stout" },
        };
      }`);
      const by = (id: string) => [
        { EventType: "viewer-request", FunctionARN: { "Fn::GetAtt": [id, "FunctionARN"] } },
      ];
      Resources.Distribution = {
        Type: "AWS::CloudFront::Distribution",
        Properties: {
          DistributionConfig: {
            DefaultRootObject: "index.html",
            DefaultCacheBehavior: {
              TargetOriginId: "site",
              ViewerProtocolPolicy: "allow-all",
              ResponseHeadersPolicyId: { Ref: "Headers" },
            },
            CacheBehaviors: [
              { ...socket, PathPattern: "/dev" },
              { ...socket, PathPattern: "/dev/" },
              { ...socket, PathPattern: "/more/*" },
              { ...socket, PathPattern: "/led/*", FunctionAssociations: by("Lead") },
              { ...socket, PathPattern: "/method", FunctionAssociations: by("Rejecting") },
              { ...socket, PathPattern: "/broken", FunctionAssociations: by("Broken") },
              { ...socket, PathPattern: "/answered", FunctionAssociations: by("Answering") },
            ],
            Origins: [
              { Id: "site", DomainName: { "Fn::GetAtt": ["Bucket", "RegionalDomainName"] } },
              {
                Id: "api",
                DomainName: API_HOST,
                OriginCustomHeaders: [{ HeaderName: "X-Key", HeaderValue: { Ref: "Api" } }],
              },
            ],
          },
        },
      };
      Resources.Headers = {
        Type: "AWS::CloudFront::ResponseHeadersPolicy",
        Properties: {
          ResponseHeadersPolicyConfig: {
            Name: "headers",
            CustomHeadersConfig: { Items: [{ Header: "X-Own", Value: "1", Override: true }] },
            SecurityHeadersConfig: {
              ContentSecurityPolicy: {
                ContentSecurityPolicy: "default-src 'self'",
                Override: true,
              },
              ContentTypeOptions: { Override: true },
              FrameOptions: { FrameOption: "DENY", Override: true },
              ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: true },
              StrictTransportSecurity: {
                AccessControlMaxAgeSec: 60,
                IncludeSubdomains: true,
                Override: true,
              },
            },
          },
        },
      };
      Object.assign(Resources.Main?.Properties.Environment ?? {}, {
        Variables: {
          RECORDER: variables(Resources.Main?.Properties.Environment).RECORDER,
          ORIGINS: { "Fn::Sub": `https://\${Distribution.DomainName}` },
          LISTED: { "Fn::Sub": `https://\${Distribution.DomainName},https://a.example` },
          WELCOME: { "Fn::Sub": `https://\${Distribution.DomainName}/welcome` },
          SOCKET_URL: { "Fn::Sub": `\${Api.ApiEndpoint}/dev` },
        },
      });
    },
  });
});
afterAll(() => fixture.stop());

function variables(environment: unknown): Record<string, unknown> {
  if (typeof environment !== "object" || environment === null) return {};
  const inner = "Variables" in environment ? environment.Variables : {};
  return { ...(typeof inner === "object" ? inner : {}) };
}

const get = (path: string, init?: RequestInit) => fetch(`${fixture.url}${path}`, init);

test("/ is the distribution's root object, revalidated each time", async () => {
  const response = await get("/?room=1");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^text\/html/);
  expect(response.headers.get("cache-control")).toBe("no-cache");
  expect(await response.text()).toContain("<title>Fixture</title>");
  const etag = response.headers.get("etag") ?? "";
  expect((await get("/", { headers: { "If-None-Match": etag } })).status).toBe(304);
});

test("other files have the cache-control of their deployment", async () => {
  const response = await get("/assets/app-1234.js");
  expect(response.headers.get("content-type")).toMatch(/javascript/);
  expect(response.headers.get("cache-control")).toBe("max-age=31536000, immutable");
});

test.each([
  "/nothing",
  "/assets",
  "/assets/",
  "/index",
  "/not-uploaded.txt",
  "/..%2fFixture.template.json",
  "/%zz",
])("%s is not found", async (path) => {
  expect((await get(path)).status).toBe(403);
});

test.each([
  ["/", 200],
  ["/assets/app-1234.js", 200],
  ["/nothing", 403],
])("%s has the headers of the distribution's policy", async (path, status) => {
  const response = await get(path);
  expect(response.status).toBe(status);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-security-policy": "default-src 'self'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=60; includeSubDomains",
    "x-own": "1",
  });
});

test("a range is a part of a file; what ends before it begins, or is none, is passed over", async () => {
  const part = async (Range: string) => {
    const response = await get("/", { headers: { Range } });
    return [response.status, (await response.text()).length > 4];
  };
  expect(await part("bytes=0-3")).toEqual([206, false]);
  expect(await part("bytes=99999-")).toEqual([416, false]);
  for (const none of ["bytes=5-1", "bytes=-0", "lines=1-2"]) {
    expect(await part(none), none).toEqual([200, true]);
  }
});

test("the site takes no POST", async () => {
  expect((await get("/", { method: "POST" })).status).toBe(405);
});

test("a path leads to the socket only by a behavior of the distribution", async () => {
  const outcome = async (path: string) => {
    const socket = new WebSocket(`${fixture.url.replace("http", "ws")}${path}`);
    socket.on("error", () => {});
    const result = await Promise.race([
      once(socket, "open").then(() => 101),
      once(socket, "unexpected-response").then(([, response]) => response.statusCode),
    ]);
    socket.terminate();
    return result;
  };
  expect(await outcome("/dev")).toBe(101);
  expect(await outcome("/dev/?EIO=4")).toBe(101);
  expect(await outcome("/more/dev")).toBe(403);
  expect(await outcome("/dev/deeper")).toBe(404);
  expect(await outcome("/")).toBe(404);
  expect(await outcome("/led/by/a/function")).toBe(101);
  expect(await outcome("/broken")).toBe(503);
  expect(await outcome("/method")).toBe(503);
});

test("the server survives clients that reset their connection while they are refused", async () => {
  const { hostname, port } = new URL(fixture.url);
  for (const path of ["/", "/more/dev", "/dev"]) {
    for (let n = 0; n < 25; n++) {
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");
      socket.write(handshake(hostname, path));
      socket.resetAndDestroy();
      await once(socket, "close");
    }
    expect((await get("/")).status, path).toBe(200);
  }
});

test("a behavior's function leads a request to another path and query", async () => {
  const url = `${fixture.url.replace("http", "ws")}/led/?EIO=4&a=1&a=2%26`;
  const socket = new WebSocket(url, { headers: { "X-Mark": "led" } });
  await once(socket, "open");
  const { event } = await fixture.recorder.next(
    ({ event }) => event?.headers?.["X-Mark"] === "led",
  );
  expect(event?.multiValueQueryStringParameters).toEqual({
    EIO: ["4"],
    a: ["1", "2&"],
    from: ["led & on"],
  });
  socket.terminate();
});

test("the distribution adds the headers of an origin, in the place of the viewer's own", async () => {
  const headers = { "X-Mark": "keyed", "x-key": ["mine", "and another"] };
  const socket = new WebSocket(`${fixture.url.replace("http", "ws")}/dev`, { headers });
  await once(socket, "open");
  const { event } = await fixture.recorder.next(
    ({ event }) => event?.headers?.["X-Mark"] === "keyed",
  );
  const keys = Object.entries(event?.multiValueHeaders ?? {}).filter(([name]) =>
    /x-key/i.test(name),
  );
  expect(keys).toEqual([["X-Key", ["Api"]]]);
  socket.terminate();
});

test("a behavior's function answers a request and a handshake", async () => {
  const response = await fetch(`${fixture.url}/answered`);
  expect([response.status, response.headers.get("x-from"), await response.text()]).toEqual([
    418,
    "the edge",
    "short and stout",
  ]);
  const socket = new WebSocket(`${fixture.url.replace("http", "ws")}/answered`);
  socket.on("error", () => {});
  const [, refused] = await once(socket, "unexpected-response");
  expect(refused.statusCode).toBe(418);
});

test("the site's origin is replaced by the origins of this machine and the extra ones", async () => {
  const { env } = await fixture.connect();
  const { port } = new URL(fixture.url);
  expect(env?.ORIGINS?.split(",")).toEqual([
    `http://localhost:${port}`,
    `http://127.0.0.1:${port}`,
    `http://[::1]:${port}`,
    "http://localhost:8080",
    "https://elsewhere.example",
  ]);
  expect(env?.LISTED).toBe(`${env?.ORIGINS},https://a.example`);
});

test("within an address the site's origin is replaced by the first one, and the API's by the socket's", async () => {
  const { env } = await fixture.connect();
  expect(env?.WELCOME).toBe(`${fixture.url}/welcome`);
  expect(env?.SOCKET_URL).toBe(`${fixture.url.replace("http", "ws")}/dev`);
});

/** What a missing file gets from a distribution whose bucket it may list, or not, with a page for one status. */
async function missing(ErrorCode: number, actions: string[]) {
  const other = await startFixture({
    template: ({ Resources }) => {
      Resources.Bucket = { Type: "AWS::S3::Bucket", Properties: {} };
      Resources.Policy = {
        Type: "AWS::S3::BucketPolicy",
        Properties: {
          Bucket: { Ref: "Bucket" },
          PolicyDocument: {
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "cloudfront.amazonaws.com" },
                Action: actions,
                Resource: "*",
              },
            ],
          },
        },
      };
      Resources.Files = {
        Type: "Custom::CDKBucketDeployment",
        Properties: { SourceObjectKeys: ["site.zip"], DestinationBucketName: "bucket" },
      };
      Resources.Distribution = {
        Type: "AWS::CloudFront::Distribution",
        Properties: {
          DistributionConfig: {
            DefaultCacheBehavior: { TargetOriginId: "site" },
            Origins: [
              { Id: "site", DomainName: { "Fn::GetAtt": ["Bucket", "RegionalDomainName"] } },
            ],
            CustomErrorResponses: [
              { ErrorCode: 502, ErrorCachingMinTTL: 0 },
              { ErrorCode, ResponseCode: 200, ResponsePagePath: "/index.html" },
            ],
          },
        },
      };
    },
  });
  const response = await fetch(`${other.url}/deep/link`);
  const text = await response.text();
  await other.stop();
  return { status: response.status, type: response.headers.get("content-type"), text };
}

const PAGE = {
  status: 200,
  type: expect.stringMatching(/^text\/html/),
  text: expect.stringContaining("<title>Fixture</title>"),
};

test("a distribution's page for 403 is shown instead of a missing file", async () => {
  expect(await missing(403, ["s3:GetObject"])).toMatchObject(PAGE);
});

test("its page for 404 is shown only if it may list the bucket", async () => {
  expect(await missing(404, ["s3:GetObject"])).toMatchObject({ status: 403 });
  expect(await missing(404, ["s3:GetObject", "s3:ListBucket"])).toMatchObject(PAGE);
});
