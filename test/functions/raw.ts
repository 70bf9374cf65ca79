import { expect } from "vitest";
import { newConnectionId, openConnection, posted, sendFrame } from "./world.ts";

/** A connection of the raw dialect, on which nobody has connected yet. */
export async function newRaw(): Promise<string> {
  const connectionId = newConnectionId();
  const query = { EIO: "4", transport: "websocket" };
  expect(await openConnection(connectionId, {}, query)).toEqual({ statusCode: 200 });
  return connectionId;
}

/** One with a person. */
export async function newConnected(): Promise<string> {
  const connectionId = await newRaw();
  expect(await sendFrame(connectionId, '40{"name":"ada"}')).toMatch(/^42\["session",/);
  return connectionId;
}

/** What was posted to a connection, as it stands. */
export const bodies = (connectionId: string) =>
  posted.filter((one) => one.connectionId === connectionId).map(({ body }) => body);
