import { close, isGone } from "./aws/posts.ts";
import { listActivity } from "./chat/rooms/activity.ts";
import { followUp } from "./chat/telling/tell.ts";
import { beginLog, type LambdaContext, log } from "./log.ts";
import { parallel } from "./parallel.ts";
import { type Connection, scanConnections } from "./store/connections.ts";
import { push } from "./wire/dialects.ts";

/** A connection this young, in ms, may not be known to API Gateway everywhere yet. */
const MIN_AGE_MS = 60_000;

/** ms for the pings of a page of connections; a client bears that one of them is lost. */
const PING_WITHIN_MS = 20_000;

/**
 * Ends the connections that API Gateway no longer has, whose `$disconnect` never came. Those of the
 * raw dialect are asked by the heartbeat's ping, which keeps them from idling too; one on which
 * nobody has connected by now is closed.
 */
export async function handler(_: unknown, context: LambdaContext): Promise<void> {
  beginLog(context);
  let asked = 0;
  const gone: string[] = [];
  /** People online by room. */
  const online = new Map<string, Set<string>>();
  for await (const connections of scanConnections()) {
    const strangers = connections.filter((one) => one.user === undefined && isOld(one));
    const known = connections.filter(({ user }) => user !== undefined);
    // Strangers get none: one before the open packet ends a stock client's connection.
    const raw = known.filter(({ dialect }) => dialect === "raw");
    const others = known.filter((one) => one.dialect !== "raw" && isOld(one));
    asked += strangers.length + raw.length + others.length;
    const pinged = new Set((await push(raw, { type: "ping" }, PING_WITHIN_MS)).gone);
    const ended = new Set([
      ...(await idsOf(strangers, ({ connectionId }) => close(connectionId))),
      ...(await idsOf(raw, async (one) => isOld(one) && pinged.has(one.connectionId))),
      ...(await idsOf(others, ({ connectionId }) => isGone(connectionId))),
    ]);
    gone.push(...ended);
    for (const { connectionId, user, rooms } of connections) {
      if (user === undefined || ended.has(connectionId)) continue;
      for (const room of rooms) online.set(room, (online.get(room) ?? new Set()).add(user.id));
    }
  }
  await followUp({ gone });
  await listActivity(online);
  log.info("swept", { asked, gone: gone.length });
}

type Swept = Pick<Connection, "connectionId" | "connectedAt" | "dialect"> & Partial<Connection>;

function isOld({ connectedAt }: Swept): boolean {
  return Date.now() - connectedAt > MIN_AGE_MS;
}

async function idsOf(
  connections: readonly Swept[],
  test: (connection: Swept) => Promise<boolean>,
): Promise<string[]> {
  const found = await parallel(connections, async (one) =>
    (await test(one)) ? [one.connectionId] : [],
  );
  return found.flat();
}
