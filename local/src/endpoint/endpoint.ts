import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { AwsError, refusal } from "../aws/error.ts";
import { URL_SUFFIX } from "../aws/place.ts";
import { authenticate } from "./authenticate.ts";
import { performCall } from "./perform.ts";
import { operationOf, type Services, serviceOf } from "./services.ts";
import type { AwsRequest } from "./signature.ts";

/** What an AWS endpoint answers with. Errors are named in a header, where SDKs look first. */
export interface Answer {
  readonly status: number;
  readonly error?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * The AWS endpoint that functions and the AWS command line call: DynamoDB, Lambda and the
 * management API. On the loopback alone, never on the public port.
 */
export async function startEndpoints(services: () => Services | undefined, port = 0) {
  const server = createServer((request, response) => {
    void answer(request, response, services());
  });
  await listen(server, port).catch((error) => {
    // The port that one would look for it at is taken.
    if (port === 0) throw error;
    return listen(server, 0);
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

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  services: Services | undefined,
): Promise<void> {
  try {
    const { status, error, headers, body } = await perform(incoming, services);
    response.writeHead(status, { ...headers, ...(error && { "x-amzn-ErrorType": error }) });
    response.end(body);
  } catch (error) {
    // Whoever asked is gone: a function that was stopped.
    if (incoming.errored) return;
    if (error instanceof URIError) {
      response.writeHead(400, { "x-amzn-ErrorType": "BadRequestException" }).end();
      return;
    }
    console.error(error);
    response.writeHead(500, { "x-amzn-ErrorType": "InternalServerErrorException" }).end();
  }
}

async function perform(incoming: IncomingMessage, services: Services | undefined): Promise<Answer> {
  if (services === undefined) return { status: 503, error: "ServiceUnavailableException" };
  if (!isNoPage(incoming)) return { status: 403, error: "ForbiddenException" };
  const { method = "GET", url = "/", headers } = incoming;
  const request: AwsRequest = { method, url, headers, body: await readBody(incoming) };
  const service = serviceOf(request);
  try {
    const caller = authenticate(request, service, services.lambda.credentials);
    const operation = operationOf(request, service, services);
    return operation ? await performCall(operation, caller, services) : NO_SUCH_CALL;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return refusal(service, error);
  }
}

const NO_SUCH_CALL: Answer = { status: 403, error: "ForbiddenException" };

/**
 * The developer's credentials are no secret, so that a page in the developer's browser must not
 * get as far as to use them: not from its own site, nor by a name that it lets mean this machine.
 */
function isNoPage({ headers }: IncomingMessage): boolean {
  const host = (headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
  const known = /^(localhost|127\.0\.0\.1|\[::1\])$/.test(host) || host.endsWith(`.${URL_SUFFIX}`);
  return known && headers.origin === undefined && headers["sec-fetch-site"] === undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
