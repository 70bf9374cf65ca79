import { ApiGatewayManagementApi, GoneException } from "@aws-sdk/client-apigatewaymanagementapi";
import { inRoom, remove } from "./lib/connections.mjs";

export async function handler(event) {
  const { domainName, stage } = event.requestContext;
  const { action, room, text } = JSON.parse(event.body);
  if (action === "who") {
    return { statusCode: 200, body: JSON.stringify(await inRoom(room)) };
  }
  const api = new ApiGatewayManagementApi({ endpoint: `https://${domainName}/${stage}` });
  for (const ConnectionId of await inRoom(room)) {
    try {
      await api.postToConnection({ ConnectionId, Data: JSON.stringify({ text }) });
    } catch (error) {
      if (!(error instanceof GoneException)) throw error;
      await remove(ConnectionId);
    }
  }
  return { statusCode: 200 };
}
