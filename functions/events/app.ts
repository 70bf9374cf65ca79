import { serverEvent } from "../../protocol/events.ts";
import { MAIN } from "../../protocol/packet.ts";
import { reset } from "../chat/reset.ts";
import { getDialect } from "../store/connections.ts";
import type { App, EventHandler } from "../wire/serve.ts";
import { connect } from "./connect.ts";
import { type Handler, unknown } from "./handler.ts";

/** The chat in its one namespace, with the events of a route. */
export function chat(events: Readonly<Record<string, Handler>>): App {
  const main = {
    connect: async (context: Parameters<typeof connect>[0], auth: unknown) =>
      serverEvent("session", await connect(context, auth)),
    disconnect: reset,
    events: Object.fromEntries(
      Object.entries(events).map(([name, run]) => [name, acknowledging(run)]),
    ),
    unknown,
  };
  return {
    namespaces: { [MAIN]: main },
    isRaw: async (connectionId) => (await getDialect(connectionId)) === "raw",
  };
}

function acknowledging(run: Handler): EventHandler {
  return async (context, args) => [{ ok: true, ...(await run(context, args)) }];
}
