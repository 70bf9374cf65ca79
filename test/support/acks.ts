import { randomUUID } from "node:crypto";
import type { Ack, AnyEventName } from "../../protocol/events.ts";
import type { ChangeEntry } from "../../protocol/model.ts";

/** The data of an ack that must be ok. */
export function ok<E extends AnyEventName>(ack: Ack<E>): Extract<Ack<E>, { ok: true }> {
  if (!ack.ok) throw new Error(`${ack.error.code}: ${ack.error.message}`);
  return ack as Extract<Ack<E>, { ok: true }>;
}

/** The entry that a change has made. */
export function changeOf(ack: Ack<"edit" | "delete" | "react">): ChangeEntry {
  const { entry } = ok(ack);
  if (entry.kind === "message") throw new Error("There was nothing to change");
  return entry;
}

/** The code of an ack that must be a refusal. */
export function codeOf<E extends AnyEventName>(ack: Ack<E>): string {
  return ack.ok ? "ok" : ack.error.code;
}

export const newRoom = () => `room-${randomUUID().slice(0, 8)}`;
export const newMessage = (room: string, text = "hi") => ({ room, id: randomUUID(), text });
