import type { Context } from "../socket/context.ts";
import { putHandshake } from "../store/connections.ts";
import { settle } from "./tell.ts";

/** Makes a connection a stranger's, as it was before CONNECT. */
export async function reset({ connectionId, dialect, connectedAt }: Context): Promise<void> {
  await settle({ gone: [connectionId], left: [] });
  if (dialect === "raw") await putHandshake(connectionId, connectedAt);
}
