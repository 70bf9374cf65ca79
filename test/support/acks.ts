import { randomUUID } from "node:crypto";
import type { Ack, AnyEventName } from "../../protocol/events.ts";

/** What an ack that is to be a good one carries. */
export function ok<E extends AnyEventName>(ack: Ack<E>): Extract<Ack<E>, { ok: true }> {
  if (!ack.ok) throw new Error(`${ack.error.code}: ${ack.error.message}`);
  return ack as Extract<Ack<E>, { ok: true }>;
}

/** The code of an ack that is to be a refusal. */
export function codeOf<E extends AnyEventName>(ack: Ack<E>): string {
  return ack.ok ? "ok" : ack.error.code;
}

export const newRoom = () => `room-${randomUUID().slice(0, 8)}`;
export const newMessage = (room: string, text = "hi") => ({ room, id: randomUUID(), text });
