import type { AckData } from "../../protocol/events.ts";
import { ok } from "./acks.ts";
import type { Client } from "./clients.ts";

/** Posts a form as the page does. */
export function postForm(
  { url, fields }: AckData["upload"]["post"],
  content: Uint8Array<ArrayBuffer> | string,
  changed: Record<string, string> = {},
): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed })) body.append(name, value);
  body.append("file", new Blob([content]));
  return fetch(url, { method: "POST", body });
}

/**
 * Announces a file and posts it.
 * @param facts what is announced beside its type and size
 * @returns its id
 */
export async function upload(
  client: Client,
  room: string,
  content: Uint8Array<ArrayBuffer> | string = "content",
  type = "text/plain",
  facts: { name: string; width?: number; height?: number } = { name: "a.txt" },
): Promise<string> {
  const size = Buffer.byteLength(content);
  const { file, post } = ok(await client.emit("upload", { room, type, size, ...facts }));
  const { status } = await postForm(post, content);
  if (status !== 204) throw new Error(`The form was answered ${status}`);
  return file;
}
