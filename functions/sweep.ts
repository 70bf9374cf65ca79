import {
  ApiGatewayManagementApiClient,
  GetConnectionCommand,
  GoneException,
} from "@aws-sdk/client-apigatewaymanagementapi";
import pMap from "p-map";
import { listActivity } from "./chat/activity.ts";
import { settle } from "./chat/tell.ts";
import { requireEnv } from "./env.ts";
import { log } from "./socket/log.ts";
import { scanConnections } from "./store/connections.ts";

/** A connection this young, in ms, may not be known to API Gateway everywhere yet. */
const MIN_AGE_MS = 60_000;

/** Far below the account's 10,000 requests a second, which the chat needs. */
const CONCURRENCY = 25;

const management = new ApiGatewayManagementApiClient({ endpoint: requireEnv("CALLBACK_URL") });

/** Ends the connections that API Gateway no longer has, whose `$disconnect` never came. */
export async function handler(): Promise<void> {
  let asked = 0;
  const gone: string[] = [];
  /** People online by room. */
  const online = new Map<string, Set<string>>();
  for await (const connections of scanConnections()) {
    const old = connections.filter(({ connectedAt }) => Date.now() - connectedAt > MIN_AGE_MS);
    asked += old.length;
    await pMap(
      old,
      async ({ connectionId }) => {
        if (await isGone(connectionId)) gone.push(connectionId);
      },
      { concurrency: CONCURRENCY },
    );
    for (const { connectionId, user, rooms } of connections) {
      if (gone.includes(connectionId)) continue;
      for (const room of rooms) online.set(room, (online.get(room) ?? new Set()).add(user.id));
    }
  }
  await settle({ gone, left: [] });
  await listActivity(online);
  log.info("swept", { asked, gone: gone.length });
}

async function isGone(connectionId: string): Promise<boolean> {
  try {
    await management.send(new GetConnectionCommand({ ConnectionId: connectionId }));
    return false;
  } catch (error) {
    if (error instanceof GoneException) return true;
    log.warn("no answer about a connection", { connectionId, error: String(error) });
    return false;
  }
}
