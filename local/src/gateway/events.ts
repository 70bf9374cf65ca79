import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { ApiDefinition } from "../template/read-api.ts";
import { headerPairs, queryPairs } from "./handshake.ts";

/** The facts about a connection that all its events contain. */
export interface ConnectionInfo {
  readonly connectionId: string;
  /** In milliseconds since the epoch. */
  readonly connectedAt: number;
  readonly identity: { readonly sourceIp: string; readonly userAgent?: string };
}

interface Specific {
  readonly routeKey: string;
  readonly eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
  readonly messageId?: string;
  readonly disconnectStatusCode?: number;
  readonly disconnectReason?: string;
}

/** The event of a Lambda proxy integration. As in AWS, missing parts are absent, not null. */
export interface SocketEvent extends ReturnType<typeof event> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string;
}

/** An id as API Gateway makes them: 11 bytes in base64, which are 16 characters that end in "=". */
export function newId(): string {
  return randomBytes(11).toString("base64");
}

export function connectEvent(
  api: ApiDefinition,
  connection: ConnectionInfo,
  request: IncomingMessage,
): SocketEvent {
  const multiValueHeaders = integrationHeaders(api, connection, request);
  const query = queryPairs(request);
  const multiValueQueryStringParameters = Object.fromEntries(query);
  return {
    headers: lastValues(multiValueHeaders),
    multiValueHeaders,
    ...(query.length > 0 && {
      queryStringParameters: lastValues(multiValueQueryStringParameters),
      multiValueQueryStringParameters,
    }),
    ...event(api, connection, { routeKey: "$connect", eventType: "CONNECT" }),
  };
}

export function messageEvent(
  api: ApiDefinition,
  connection: ConnectionInfo,
  routeKey: string,
  body: string,
): SocketEvent {
  const specific = { routeKey, eventType: "MESSAGE", messageId: newId() } as const;
  return { ...event(api, connection, specific), body };
}

export function disconnectEvent(
  api: ApiDefinition,
  connection: ConnectionInfo,
  disconnectStatusCode: number,
  disconnectReason: string,
): SocketEvent {
  const multiValueHeaders = {
    Host: [api.domainName],
    "x-api-key": [""],
    "X-Forwarded-For": [""],
    "x-restapi": [""],
  };
  return {
    headers: lastValues(multiValueHeaders),
    multiValueHeaders,
    ...event(api, connection, {
      routeKey: "$disconnect",
      eventType: "DISCONNECT",
      disconnectStatusCode,
      disconnectReason,
    }),
  };
}

function event(api: ApiDefinition, connection: ConnectionInfo, specific: Specific) {
  const now = new Date();
  const [, day, month, year, clock] = now.toUTCString().split(" ");
  const requestId = newId();
  return {
    ...(api.stageVariables && { stageVariables: api.stageVariables }),
    requestContext: {
      ...specific,
      requestId,
      extendedRequestId: requestId,
      requestTime: `${day}/${month}/${year}:${clock} +0000`,
      requestTimeEpoch: now.getTime(),
      messageDirection: "IN",
      stage: api.stage,
      domainName: api.domainName,
      apiId: api.id,
      ...connection,
    },
    isBase64Encoded: false,
  };
}

/** The client's headers as it wrote them, except Host, which is the API's, as behind CloudFront. */
function integrationHeaders(
  api: ApiDefinition,
  { identity }: ConnectionInfo,
  request: IncomingMessage,
): Record<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of headerPairs(request)) {
    if (/^(connection|upgrade|host|x-forwarded-.*)$/i.test(name)) continue;
    headers.set(name, [...(headers.get(name) ?? []), value]);
  }
  const forwarded = request.headers["x-forwarded-for"];
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return {
    ...Object.fromEntries(headers),
    Host: [api.domainName],
    "X-Amzn-Trace-Id": [`Root=1-${seconds}-${randomBytes(12).toString("hex")}`],
    "X-Forwarded-For": [forwarded ? `${forwarded}, ${identity.sourceIp}` : identity.sourceIp],
    "X-Forwarded-Port": [String(request.socket.localPort)],
    "X-Forwarded-Proto": ["http"],
  };
}

function lastValues(values: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? ""]));
}
