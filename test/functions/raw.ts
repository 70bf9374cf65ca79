import { expect } from "vitest";
import { newConnectionId, openConnection, posted, sendFrame } from "./world.ts";

/** A connection of the raw dialect, before CONNECT. */
export async function newRaw(): Promise<string> {
  const connectionId = newConnectionId();
  const query = { EIO: "4", transport: "websocket" };
  expect(await openConnection(connectionId, {}, query)).toEqual({ statusCode: 200 });
  return connectionId;
}

/** The same after CONNECT. */
export async function newConnected(): Promise<string> {
  const connectionId = await newRaw();
  expect(await sendFrame(connectionId, '40{"name":"ada"}')).toMatch(/^42\["session",/);
  return connectionId;
}

/** The frames that were posted to a connection. */
export const bodies = (connectionId: string) =>
  posted.filter((one) => one.connectionId === connectionId).map(({ body }) => body);
