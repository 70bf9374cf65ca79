import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Gateway } from "./gateway/gateway.ts";
import { manageConnection } from "./gateway/management.ts";
import { invokeFunction } from "./lambda/invoke-api.ts";
import type { Lambda } from "./lambda/lambda.ts";

/** What an AWS endpoint answers with. Errors are named in a header, where SDKs look first. */
export interface Answer {
  readonly status: number;
  readonly error?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Services {
  readonly gateway: Gateway;
  readonly lambda: Lambda;
}

/**
 * The AWS endpoints that functions call: the management API and Lambda's. On the loopback alone,
 * never on the public port. Signatures and the roles' policies would be checked here.
 */
export async function startEndpoints(services: () => Services | undefined) {
  const server = createServer((request, response) => {
    void answer(request, response, services());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("The endpoints have no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  services: Services | undefined,
): Promise<void> {
  try {
    const { status, error, headers, body } = await route(request, services);
    response.writeHead(status, { ...headers, ...(error && { "x-amzn-ErrorType": error }) });
    response.end(body);
  } catch (error) {
    // Whoever asked is gone: a function that was stopped.
    if (request.errored) return;
    if (error instanceof URIError) {
      response.writeHead(400, { "x-amzn-ErrorType": "BadRequestException" }).end();
      return;
    }
    console.error(error);
    response.writeHead(500, { "x-amzn-ErrorType": "InternalServerErrorException" }).end();
  }
}

async function route(request: IncomingMessage, services: Services | undefined): Promise<Answer> {
  if (services === undefined) return { status: 503, error: "ServiceUnavailableException" };
  const path = (request.url ?? "/").replace(/\?.*$/, "");
  const body = await readBody(request);
  const method = request.method ?? "GET";
  const invocation = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(path);
  if (invocation?.[1] !== undefined && method === "POST") {
    const type = String(request.headers["x-amz-invocation-type"] ?? "RequestResponse");
    return invokeFunction(services.lambda, decodeURIComponent(invocation[1]), type, body);
  }
  const connection = /^\/([^/]+)\/(?:@|%40)connections\/([^/]+)$/.exec(path);
  if (connection?.[1] === services.gateway.api.stage && connection[2] !== undefined) {
    return manageConnection(services.gateway, method, decodeURIComponent(connection[2]), body);
  }
  return { status: 403, error: "ForbiddenException" };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
