import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { MessagePort } from "node:worker_threads";
import { URL_SUFFIX } from "../arn.ts";
import { type Answer, AwsError, jsonAnswer, refusal } from "../aws/operation.ts";
import { PortSockets } from "../lambda/port-sockets.js";
import type { S3 } from "../s3/s3.ts";
import { authenticate } from "./authenticate.ts";
import { perform } from "./perform.ts";
import { operationOf, type Services } from "./services.ts";
import type { AwsRequest } from "./signature.ts";

interface Running extends Services {
  readonly s3: S3;
}

/**
 * The server of the AWS APIs that functions and the AWS command line call. It listens on the
 * loopback only, never on the public port.
 * @param port is tried first; if it is taken, any free one is used
 */
export async function startEndpoint(services: () => Running | undefined, port: number) {
  const server = createServer((request, response) => {
    const known = services();
    if (known && isForS3(request) && mayCall(request)) void known.s3.serve(request, response);
    else void respond(request, response, known);
  });
  await listen(server, port).catch((error) => {
    if (port === 0) throw error;
    return listen(server, 0);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The endpoint has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    /** Serves connections that come over a port of another thread. */
    serve(port: MessagePort) {
      new PortSockets(port, (socket) => server.emit("connection", socket));
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function respond(
  incoming: IncomingMessage,
  response: ServerResponse,
  services: Services | undefined,
): Promise<void> {
  try {
    const { status, error, headers, body } = await answer(incoming, services);
    response.statusCode = status;
    for (const name in headers) response.setHeader(name, headers[name] ?? "");
    if (error !== undefined) response.setHeader("x-amzn-ErrorType", error);
    // Headers that are not sent yet get the body's length, and go with it.
    response.end(body);
  } catch (error) {
    // The function that made the call has been stopped meanwhile.
    if (incoming.errored) return;
    // The path is no valid URL.
    const isBad = error instanceof URIError;
    if (!isBad) console.error(error);
    const type = isBad ? "BadRequestException" : "InternalServerErrorException";
    response.writeHead(isBad ? 400 : 500, { "x-amzn-ErrorType": type }).end();
  }
}

async function answer(incoming: IncomingMessage, services: Services | undefined): Promise<Answer> {
  if (services === undefined) return { status: 503, error: "ServiceUnavailableException" };
  if (!mayCall(incoming)) return jsonAnswer(403, { message: "Forbidden" }, "ForbiddenException");
  const { method = "GET", url = "/", headers } = incoming;
  const request: AwsRequest = { method, url, headers, body: await readBody(incoming) };
  try {
    const { caller, service } = authenticate(request, services.lambda.credentials);
    return await perform(operationOf(request, service, services), caller, services);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return refusal(headers["x-amz-target"] === undefined ? "rest" : "json", error);
  }
}

/** S3 reads bodies itself. A form names the service in its fields. */
function isForS3({ headers, url = "" }: IncomingMessage): boolean {
  const isForm = headers["content-type"]?.startsWith("multipart/form-data") === true;
  return isForm || /(\/|%2F)s3(\/|%2F)aws4_request/i.test(`${headers.authorization} ${url}`);
}

/**
 * Refuses pages in a browser, since the developer's key is no secret. They are recognised by
 * headers that they cannot leave out, and by host names that were made to resolve to this machine.
 */
function mayCall({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
  const known = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(host) || host.endsWith(`.${URL_SUFFIX}`);
  return known && headers.origin === undefined && headers["sec-fetch-site"] === undefined;
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}
