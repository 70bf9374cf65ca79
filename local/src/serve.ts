import type { IncomingMessage, RequestListener } from "node:http";
import type { Gateway } from "./gateway/gateway.ts";
import { headerPairs, refuse } from "./gateway/handshake.ts";
import { glob } from "./glob.ts";
import type { Listener } from "./listener.ts";
import type { S3 } from "./s3/s3.ts";
import { type EdgeAnswer, runEdgeFunction } from "./site/edge-function.ts";
import type { DistributionDefinition, OriginHeader } from "./template/read-site.ts";
import type { StackDefinition } from "./template/read-stack.ts";

/** Serves the site instead of the files that the stack would upload, such as a development server. */
export interface SiteServer {
  readonly serve: RequestListener;
  /** Whether it takes an upgrade of its own, such as that of hot reload. */
  takesUpgrade?(request: IncomingMessage): boolean;
  stop(): Promise<void>;
}

/** Answers a request until the stack runs. */
export const starting: RequestListener = (_, response) => {
  response.writeHead(503, { "Retry-After": "1" }).end("Starting\n");
};

/** Answers as a distribution in front of a bucket does. */
export function serveBucket(
  s3: S3,
  { bucket, headers, DefaultCacheBehavior: { AllowedMethods } }: DistributionDefinition,
): RequestListener {
  return (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (!AllowedMethods.includes(request.method ?? "")) return response.writeHead(403).end();
    // CloudFront sends its origin's name, for which viewers have signed.
    request.headers.host = bucket?.host ?? "";
    return s3.serve(request, response, "distribution");
  };
}

/** Where a request goes: to the API's stage or the site, or nowhere, since it is answered at once. */
type Target = "api" | "site" | EdgeAnswer;

const answer = (statusCode: number, text: string, headers: EdgeAnswer["headers"] = {}) =>
  ({ statusCode, headers, body: { encoding: "text", data: `${text}\n` } }) satisfies EdgeAnswer;

const FORBIDDEN = answer(403, "Forbidden");
const FAILED = answer(503, "The distribution's function failed");
const NO_HANDSHAKE = answer(426, "Upgrade required", { upgrade: { value: "websocket" } });

/** Where a request goes, after the distribution has changed it; without one, by the stage's path. */
function route(request: IncomingMessage, { api, distribution }: StackDefinition): Target {
  const { url = "/" } = request;
  const isOfStage = (path: string) => path === `/${api.stage}` || path === `/${api.stage}/`;
  if (distribution === undefined) return isOfStage(pathOf(url)) ? "api" : "site";
  const { CacheBehaviors, DefaultCacheBehavior, Origins, codes } = distribution;
  const behavior =
    CacheBehaviors.find(({ PathPattern }) =>
      glob(PathPattern.replace(/^\/?/, "/")).test(pathOf(url)),
    ) ?? DefaultCacheBehavior;
  const code = codes.get(behavior.FunctionAssociations[0]?.FunctionARN ?? "");
  try {
    const result = code === undefined ? url : runEdgeFunction(code, request);
    if (typeof result !== "string") return result;
    request.url = result;
  } catch (error) {
    console.error(String(error));
    return FAILED;
  }
  const origin = Origins.find(({ Id }) => Id === behavior.TargetOriginId);
  setHeaders(request, origin?.OriginCustomHeaders ?? []);
  if (origin?.DomainName !== api.domainName) return "site";
  return isOfStage(origin.OriginPath + pathOf(request.url)) ? "api" : FORBIDDEN;
}

function pathOf(url: string): string {
  return url.split("?")[0] ?? "/";
}

/** Sets headers in the place of those of the same names that the client has sent. */
function setHeaders(request: IncomingMessage, headers: readonly OriginHeader[]): void {
  for (const { HeaderName, HeaderValue } of headers) {
    const name = HeaderName.toLowerCase();
    // This comes first: Node builds `headers` from `rawHeaders` when it is first read.
    request.headers[name] = HeaderValue;
    const others = headerPairs(request).filter(([one]) => one.toLowerCase() !== name);
    request.rawHeaders = [...others.flat(), HeaderName, HeaderValue];
  }
}

/**
 * Routes handshakes to the API and other requests to the site.
 * @returns what answers the requests from now on
 */
export function serve(
  { http }: Listener,
  stack: StackDefinition,
  gateway: Gateway,
  site: Pick<SiteServer, "serve" | "takesUpgrade">,
): RequestListener {
  http.on("upgrade", (request, socket, head) => {
    // The one who takes a socket must handle its errors.
    socket.on("error", () => socket.destroy());
    const target = route(request, stack);
    if (target === "api") return void gateway.upgrade(request, socket, head);
    if (target !== "site") return refuse(socket, target.statusCode);
    if (site.takesUpgrade?.(request)) return;
    refuse(socket, stack.distribution === undefined ? 403 : 404);
  });
  return (request, response) => {
    const target = route(request, stack);
    if (target === "site") return site.serve(request, response);
    const { statusCode, headers, body } = target === "api" ? NO_HANDSHAKE : target;
    for (const [name, { value }] of Object.entries(headers)) response.setHeader(name, value);
    response.writeHead(statusCode).end(body?.data);
  };
}
