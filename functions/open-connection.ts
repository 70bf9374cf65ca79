import { invokeLater } from "./aws/invocations.ts";
import { requireEnv } from "./env.ts";
import { log } from "./log.ts";
import { putHandshake } from "./store/connections.ts";
import type { SocketEvent, SocketResult } from "./wire/api-gateway.ts";
import { readHandshake } from "./wire/handshake.ts";

const OPEN_FUNCTION = requireEnv("OPEN_FUNCTION");

/** Comma-separated origins of the pages that may connect. */
const ALLOWED_HOSTS = requireEnv("ALLOWED_ORIGINS")
  .split(",")
  .map((origin) => new URL(origin).host);

/**
 * `$connect`: turns away pages of other sites and clients of another protocol. Only browsers send an
 * Origin, so that its absence is no harm. Who is there is said by CONNECT; until then nothing is
 * stored but that a client is a stock one, which is silent until `open` has posted to it.
 */
export async function connect(event: SocketEvent): Promise<SocketResult> {
  const { connectionId, connectedAt } = event.requestContext;
  const origin = header(event, "origin");
  const allowed = origin === undefined || ALLOWED_HOSTS.includes(hostOf(origin));
  const dialect = readHandshake(event);
  log.info("connection opened", { connectionId, allowed, dialect });
  if (!allowed) return { statusCode: 403 };
  if (dialect === undefined) return { statusCode: 400 };
  if (dialect === "raw") {
    await Promise.all([
      putHandshake(connectionId, connectedAt),
      invokeLater(OPEN_FUNCTION, { connectionId }),
    ]);
  }
  return { statusCode: 200 };
}

/** Headers keep the case that the client gave them. */
function header({ headers }: SocketEvent, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The origin `null` of sandboxed pages has no host. */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : "";
}
