import type { IncomingMessage, RequestListener } from "node:http";
import type { Gateway } from "./gateway/gateway.ts";
import { refuse } from "./gateway/handshake.ts";
import type { Listener } from "./listener.ts";
import type { S3 } from "./s3/s3.ts";
import { type Target, targetOf } from "./site/distribution.ts";
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
  { api, distribution }: StackDefinition,
  gateway: Gateway,
  site: Pick<SiteServer, "serve" | "takesUpgrade">,
): RequestListener {
  const lead = (request: IncomingMessage): Target | { to: "failed" } => {
    try {
      const target = targetOf(request, api, distribution);
      if (target.to !== "viewer") {
        request.url = target.url;
        setHeaders(request, target.headers);
      }
      return target;
    } catch (error) {
      console.error(String(error));
      return { to: "failed" };
    }
  };
  http.on("upgrade", (request, socket, head) => {
    // The one who takes a socket must handle its errors.
    socket.on("error", () => socket.destroy());
    const target = lead(request);
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
        return refuse(socket, distribution === undefined ? 403 : 404);
    }
  });
  return (request, response) => {
    const target = lead(request);
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
