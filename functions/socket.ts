import { invokeLater } from "./aws/invocations.ts";
import { endConnections } from "./chat/end-connection.ts";
import { chat } from "./events/event-table.ts";
import { beginLog, type LambdaContext, log, loggable, requireEnv } from "./lambda.ts";
import { putHandshake } from "./store/connections.ts";
import type { SocketEvent, SocketResult } from "./wire/dialects.ts";
import { hasOriginKey, headerOf, isAllowed, readHandshake } from "./wire/handshake.ts";
import { serve } from "./wire/serve.ts";

const OPEN_FUNCTION = requireEnv("OPEN_FUNCTION");
const ORIGIN_KEY = requireEnv("ORIGIN_KEY");
// `aws/invocations.ts` reads them. To it they are optional, since other functions lack them.
requireEnv("DELIVER_FUNCTION");
requireEnv("SWEEP_FUNCTION");
/** Comma-separated, the chat's own site first. */
const ALLOWED_ORIGINS = requireEnv("ALLOWED_ORIGINS").split(",");

/**
 * The function behind the five routes. It is one, so that opening the page warms what the first
 * message needs. It goes by the event's type, since a client's frame can name any route.
 */
export async function handler(event: SocketEvent, context: LambdaContext): Promise<SocketResult> {
  const { connectionId, eventType } = event.requestContext;
  beginLog(context, { connectionId });
  if (eventType === "MESSAGE") return serve(event, chat);
  try {
    return await (eventType === "CONNECT" ? open(event) : close(event));
  } catch (error) {
    // The client connects again; the sweep removes what is left of this connection.
    log.error("failed", { error: loggable(error) });
    return { statusCode: 503 };
  }
}

/**
 * `$connect`: refuses handshakes that did not come through CloudFront, where a deployer's firewall
 * is, pages of other sites, and clients of other protocols. Before CONNECT only stock clients are
 * stored, which wait for the post of `open`.
 */
async function open(event: SocketEvent): Promise<SocketResult> {
  const { connectionId, connectedAt } = event.requestContext;
  if (!hasOriginKey(event, ORIGIN_KEY)) {
    log.warn("handshake refused: it did not come through CloudFront");
    return { statusCode: 403 };
  }
  // Only browsers send it, and they always do.
  const origin = headerOf(event, "origin");
  if (!isAllowed(origin, ALLOWED_ORIGINS)) {
    log.warn("origin refused: it is not in ALLOWED_ORIGINS", { origin, ALLOWED_ORIGINS });
    return { statusCode: 403 };
  }
  const dialect = readHandshake(event);
  log.info("connection opened", { dialect });
  if (dialect === undefined) return { statusCode: 400 };
  if (dialect === "raw") {
    await putHandshake(connectionId, connectedAt);
    // Only now: `open` looks whether the item is there.
    await invokeLater(OPEN_FUNCTION, { connectionId });
  }
  return { statusCode: 200 };
}

/** `$disconnect`, which API Gateway promises only as best effort: `sweep` finds what it missed. */
async function close({ requestContext }: SocketEvent): Promise<SocketResult> {
  const { connectionId, disconnectStatusCode: code } = requestContext;
  log.info("connection closed", { code });
  await endConnections([connectionId]);
  return { statusCode: 200 };
}
