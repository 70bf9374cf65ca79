import type { IncomingMessage, RequestListener } from "node:http";
import type { Gateway } from "./gateway/gateway.ts";
import { refuse } from "./gateway/handshake.ts";
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

type Target =
  /** The API's stage, another path of the API, which is forbidden, or the site. */
  | { readonly to: "api" | "forbidden" | "site" }
  /** The behavior's function answers the viewer itself, or fails. */
  | { readonly to: "viewer"; readonly answer: EdgeAnswer }
  | { readonly to: "failed" };

/** Where a request goes, after the distribution has changed it; without one, by the stage's path. */
function lead(request: IncomingMessage, { api, distribution }: StackDefinition): Target {
  const { url = "/" } = request;
  const ofApi = (path: string) =>
    path === `/${api.stage}` || path === `/${api.stage}/` ? "api" : "forbidden";
  if (distribution === undefined) return { to: ofApi(pathOf(url)) === "api" ? "api" : "site" };
  const { CacheBehaviors, DefaultCacheBehavior, Origins, codes } = distribution;
  const behavior =
    CacheBehaviors.find(({ PathPattern }) =>
      glob(PathPattern.replace(/^\/?/, "/")).test(pathOf(url)),
    ) ?? DefaultCacheBehavior;
  const code = codes.get(behavior.FunctionAssociations[0]?.FunctionARN ?? "");
  try {
    const result = code === undefined ? url : runEdgeFunction(code, request);
    if (typeof result !== "string") return { to: "viewer", answer: result };
    request.url = result;
  } catch (error) {
    console.error(String(error));
    return { to: "failed" };
  }
  const origin = Origins.find(({ Id }) => Id === behavior.TargetOriginId);
  setHeaders(request, origin?.OriginCustomHeaders ?? []);
  if (origin?.DomainName !== api.domainName) return { to: "site" };
  return { to: ofApi(origin.OriginPath + pathOf(request.url)) };
}

function pathOf(url: string): string {
  return url.split("?")[0] ?? "/";
}

/** Replaces the headers of these names that the client has sent. */
function setHeaders(request: IncomingMessage, headers: readonly OriginHeader[]): void {
  for (const { HeaderName, HeaderValue } of headers) {
    const kept: string[] = [];
    for (let index = 0; index < request.rawHeaders.length; index += 2) {
      const [name = "", value = ""] = request.rawHeaders.slice(index, index + 2);
      if (name.toLowerCase() !== HeaderName.toLowerCase()) kept.push(name, value);
    }
    request.rawHeaders = [...kept, HeaderName, HeaderValue];
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
    const target = lead(request, stack);
    switch (target.to) {
      case "viewer":
        return refuse(socket, target.answer.statusCode);
      case "api":
        return void gateway.upgrade(request, socket, head);
      case "forbidden":
        return refuse(socket, 403);
      case "failed":
        return refuse(socket, 503);
      case "site":
        if (site.takesUpgrade?.(request)) return;
        return refuse(socket, stack.distribution === undefined ? 403 : 404);
    }
  });
  return (request, response) => {
    const target = lead(request, stack);
    switch (target.to) {
      case "viewer": {
        const { statusCode, headers, body } = target.answer;
        for (const [name, { value }] of Object.entries(headers)) response.setHeader(name, value);
        return response.writeHead(statusCode).end(body?.data);
      }
      case "api":
        return response.writeHead(426, { Upgrade: "websocket" }).end("Upgrade required\n");
      case "forbidden":
        return response.writeHead(403).end("Forbidden\n");
      case "failed":
        return response.writeHead(503).end("The distribution's function failed\n");
      case "site":
        return site.serve(request, response);
    }
  };
}
