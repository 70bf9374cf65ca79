import { serverEvent } from "../../protocol/events.ts";
import type { Handlers } from "../socket/serve.ts";
import { connect } from "./connect.ts";
import { unknown } from "./handler.ts";
import { settle } from "./tell.ts";

/** What the chat does on packets; the events come with the route. */
export const packets: Omit<Handlers, "events"> = {
  connect: async (context, auth) => serverEvent("session", await connect(context, auth)),
  disconnect: ({ connectionId }) => settle({ gone: [connectionId], left: [] }),
  unknown,
};
