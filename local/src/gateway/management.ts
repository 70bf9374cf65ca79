import type { Answer } from "../endpoint/endpoint.ts";
import { SendError } from "./connection.ts";
import type { Gateway } from "./gateway.ts";
import { MAX_MESSAGE } from "./quotas.ts";

const FORBIDDEN: Answer = { status: 403, error: "ForbiddenException" };
/** Also what an id gets that no connection can have; 400 and 403 have been seen too. */
const GONE: Answer = { status: 410, error: "GoneException" };
const LIMIT_EXCEEDED: Answer = { status: 429, error: "LimitExceededException" };

/** The management API's three calls on a connection. */
export async function manageConnection(
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
      if (Buffer.byteLength(body) > MAX_MESSAGE) return tooLarge();
      try {
        await gateway.post(connection, body);
        return { status: 200 };
      } catch (error) {
        if (!(error instanceof SendError)) throw error;
        return error.why === "full" ? LIMIT_EXCEEDED : GONE;
      }
    case "GET": {
      const { connectedAt, identity } = connection.info;
      return {
        status: 200,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          connectedAt: new Date(connectedAt).toISOString(),
          lastActiveAt: new Date(connection.lastActiveAt).toISOString(),
          identity,
        }),
      };
    }
    default:
      connection.close(1000);
      return { status: 204 };
  }
}

function tooLarge(): Answer {
  return {
    status: 413,
    error: "PayloadTooLargeException",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "Message too long" }),
  };
}
