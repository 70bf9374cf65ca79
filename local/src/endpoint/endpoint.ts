import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { MessagePort } from "node:worker_threads";
import { URL_SUFFIX } from "../arn.ts";
import { type Answer, AwsError, jsonAnswer, type Operation } from "../aws/operation.ts";
import { dynamoDbOperation } from "../dynamodb/dynamodb-operation.ts";
import type { Engine } from "../dynamodb/engine.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { managementOperation } from "../gateway/management-api.ts";
import { unknownToken } from "../lambda/credentials.ts";
import { lambdaOperation } from "../lambda/lambda-api.ts";
import { PortSockets } from "../lambda/port-sockets.js";
import { listenNear } from "../listener.ts";
import type { S3 } from "../s3/s3.ts";
import { type Control, perform, respond } from "./perform.ts";
import { type AwsRequest, authenticate } from "./signature.ts";

/** The services behind the endpoint. */
export interface Services extends Control {
  readonly dynamodb: Engine;
  readonly gateway: Gateway;
  readonly s3: S3;
}

/**
 * The server of the AWS APIs that functions and the AWS command line call. It listens on the
 * loopback only, never on the public port.
 * @param port is tried first; if it is taken, any free one is used
 */
export async function startEndpoint(services: () => Services | undefined, port: number) {
  const { http, url, stop } = await listenNear("127.0.0.1", port);
  http.on("request", (request, response) => {
    const known = services();
    if (known && isForS3(request) && mayCall(request)) {
      void known.s3.serve(request, response, "endpoint");
    } else {
      void respond(request, response, answer(request, known), (error) => refusal(error, request));
    }
  });
  return {
    url,
    port: Number(new URL(url).port),
    /** Serves connections that come over a port of another thread. */
    serve(port: MessagePort) {
      new PortSockets(port, (socket) => http.emit("connection", socket));
    },
    stop,
  };
}

async function answer(incoming: IncomingMessage, services: Services | undefined): Promise<Answer> {
  if (services === undefined) return { status: 503, error: "ServiceUnavailableException" };
  if (!mayCall(incoming)) return jsonAnswer(403, { message: "Forbidden" }, "ForbiddenException");
  const { method = "GET", url = "/", headers } = incoming;
  const request = { method, url, headers, body: await buffer(incoming) };
  const { principal, service } = authenticate(request, services.lambda.credentials);
  const { functionId, environment } = principal;
  if (functionId !== undefined && environment === undefined) throw unknownToken();
  return perform(operationOf(request, service, services), principal, services);
}

/** REST APIs name the error in a header, DynamoDB in the body. */
function refusal(error: unknown, { headers }: IncomingMessage): Answer {
  // The path is no valid URL.
  if (error instanceof URIError) return { status: 400, error: "BadRequestException" };
  if (!(error instanceof AwsError)) {
    console.error(error);
    return { status: 500, error: "InternalServerErrorException" };
  }
  const { type, message } = error;
  if (headers["x-amz-target"] === undefined) return jsonAnswer(403, { message }, type);
  const body = JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message });
  return { status: 400, headers: { "content-type": "application/x-amz-json-1.0" }, body };
}

/**
 * The operation that a request asks for.
 * @param service the service that it is signed for
 * @throws {AwsError} if that operation does not run here
 */
function operationOf(
  { method, url, headers, body }: AwsRequest,
  service: string,
  { dynamodb, gateway, lambda }: Services,
): Operation {
  const [path = "/", query] = url.split(/\?(.*)/s);
  const text = body?.toString() ?? "";
  const find = () => {
    switch (service) {
      case "dynamodb":
        return dynamoDbOperation(String(headers["x-amz-target"]), text, dynamodb);
      case "lambda": {
        const type = String(headers["x-amz-invocation-type"] ?? "RequestResponse");
        return lambdaOperation(lambda, method, path, new URLSearchParams(query), type, text);
      }
      case "execute-api":
        return managementOperation(gateway, method, path, text);
      default:
        return undefined;
    }
  };
  const operation = find();
  if (operation !== undefined) return operation;
  const message = `${method} ${path} of ${service} does not run on this machine`;
  throw new AwsError("ForbiddenException", message);
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
