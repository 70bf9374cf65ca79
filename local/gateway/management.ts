import type { Answer } from "../endpoints.ts";
import type { Gateway } from "./gateway.ts";

const GONE: Answer = { status: 410, error: "GoneException" };

/** The management API's three calls on a connection. */
export async function manageConnection(
  gateway: Gateway,
  method: string,
  id: string,
  body: string,
): Promise<Answer> {
  const connection = gateway.connection(id);
  if (connection === undefined) return GONE;
  switch (method) {
    case "POST":
      try {
        await connection.send(body);
        return { status: 200 };
      } catch {
        return GONE;
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
    case "DELETE":
      connection.close(1000);
      return { status: 204 };
    default:
      return { status: 403, error: "ForbiddenException" };
  }
}
