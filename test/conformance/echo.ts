import { push } from "../../functions/wire/dialects.ts";
import type { App, Context, EventHandler, Namespace } from "../../functions/wire/serve.ts";
import { ClientError } from "../../protocol/errors.ts";
import { get, putNamespace, removeNamespace } from "./table.ts";

/** The app that Socket.IO's own test suites expect. */

const namespace: Namespace = {
  async connect(context, auth) {
    const { connectionId, nsp } = context;
    await putNamespace(connectionId, nsp);
    await push([context], { type: "connect", nsp, data: { sid: `${connectionId}${nsp}` } });
    return { type: "event", nsp, name: "auth", args: [auth ?? {}] };
  },
  disconnect: ({ connectionId, nsp }) => removeNamespace(connectionId, nsp),
  events: {
    message: connected(async (context, args) => {
      const { nsp } = context;
      await push([context], { type: "event", nsp, name: "message-back", args: [...args] });
      return [];
    }),
    "message-with-ack": connected(async (_, args) => [...args]),
    leave: connected(async (context) => {
      const { connectionId, nsp } = context;
      await removeNamespace(connectionId, nsp);
      await push([context], { type: "disconnect", nsp });
      return [];
    }),
  },
  requireConnected: (context) => requireConnected(context),
};

export const echo: App = {
  namespaces: { "/": namespace, "/custom": namespace },
  isRaw: async () => true,
};

function connected(run: EventHandler): EventHandler {
  return async (context, args) => {
    await requireConnected(context);
    return run(context, args);
  };
}

async function requireConnected({ connectionId, nsp }: Context): Promise<void> {
  const connection = await get(connectionId);
  if (!connection?.namespaces.has(nsp)) throw new ClientError("unauthorized", "Connect first");
}
