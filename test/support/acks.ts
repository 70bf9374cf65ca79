import type { Ack, ClientEventName } from "../../protocol/events.ts";

/** What an event that was carried out is acknowledged with. */
export function ok<E extends ClientEventName>(ack: Ack<E>): Extract<Ack<E>, { ok: true }> {
  if (!ack.ok) throw new Error(`${ack.error.code}: ${ack.error.message}`);
  return ack as Extract<Ack<E>, { ok: true }>;
}

/** The code that an event was refused with. */
export function codeOf(ack: { ok: boolean; error?: { code: string } }): string | undefined {
  return ack.error?.code;
}
