import { requireEnv } from "./env.ts";
import type { SocketEvent, SocketResult } from "./socket/event.ts";
import { log } from "./socket/log.ts";

/** Comma-separated origins of the pages that may connect. */
const ALLOWED_HOSTS = requireEnv("ALLOWED_ORIGINS")
  .split(",")
  .map((origin) => new URL(origin).host);

/**
 * `$connect`: turns away pages of other sites. Only browsers send an Origin, so that its absence is
 * no harm. Who is there is said by CONNECT; until then nothing is stored.
 */
export async function connect(event: SocketEvent): Promise<SocketResult> {
  const { connectionId } = event.requestContext;
  const origin = header(event, "origin");
  const allowed = origin === undefined || ALLOWED_HOSTS.includes(hostOf(origin));
  log.info("connection opened", { connectionId, allowed });
  return { statusCode: allowed ? 200 : 403 };
}

/** Headers keep the case that the client gave them. */
function header({ headers }: SocketEvent, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The origin `null` of sandboxed pages has no host. */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : "";
}
