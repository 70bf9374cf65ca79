import { arn } from "../arn.ts";
import { type Answer, jsonAnswer, type Operation } from "../aws/operation.ts";
import { MAX_MESSAGE } from "./frame-limits.ts";
import type { Gateway } from "./gateway.ts";

const PATH = /^\/([^/]+)\/(?:@|%40)connections\/([^/]+)$/;

const FORBIDDEN = jsonAnswer(403, { message: "Forbidden" }, "ForbiddenException");
/** Malformed ids get this too; on AWS 400 and 403 have been seen for them. */
const GONE: Answer = { status: 410, error: "GoneException" };
const LIMIT_EXCEEDED: Answer = { status: 429, error: "LimitExceededException" };
const TOO_LARGE = jsonAnswer(413, { message: "Message too long" }, "PayloadTooLargeException");

/** A call of the management API; undefined for one of another stage. */
export function managementOperation(
  gateway: Gateway,
  method: string,
  path: string,
  body: string,
): Operation | undefined {
  const [, stage, encoded] = PATH.exec(path) ?? [];
  const { api } = gateway;
  if (stage !== api.stage || encoded === undefined) return undefined;
  const id = decodeURIComponent(encoded);
  return {
    service: "execute-api",
    action: "execute-api:ManageConnections",
    resources: [arn("execute-api", `${api.id}/${stage}/${method}/@connections/${id}`)],
    body,
    async run(count) {
      if (method === "POST") count({ posts: 1 });
      return manageConnection(gateway, method, id, body);
    },
  };
}

async function manageConnection(
  gateway: Gateway,
  method: string,
  id: string,
  body: string,
): Promise<Answer> {
  if (!["POST", "GET", "DELETE"].includes(method)) return FORBIDDEN;
  if (!gateway.throttles.admitsManagement()) return LIMIT_EXCEEDED;
  const connection = gateway.connection(id);
  if (connection === undefined) return GONE;
  switch (method) {
    case "POST":
      if (Buffer.byteLength(body) > MAX_MESSAGE) return TOO_LARGE;
      return { sent: { status: 200 }, gone: GONE, full: LIMIT_EXCEEDED }[
        await gateway.post(connection, body)
      ];
    case "GET": {
      const { connectedAt, identity } = connection.info;
      return jsonAnswer(200, {
        connectedAt: new Date(connectedAt).toISOString(),
        lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
        identity,
      });
    }
    default:
      connection.close(1000);
      return { status: 204 };
  }
}
