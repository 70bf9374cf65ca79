import { deleteConnection, releaseConnection } from "../store/connections.ts";
import type { Context } from "../wire/serve.ts";
import { leave } from "./end-connection.ts";
import { settle } from "./telling/tell.ts";

/** Makes a connection a stranger's, as it was before CONNECT; that of a stock client stays known. */
export async function reset({ connectionId, dialect }: Context): Promise<void> {
  await settle(await leave(connectionId, dialect === "raw" ? releaseConnection : deleteConnection));
}
