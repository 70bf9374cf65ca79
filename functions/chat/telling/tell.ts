import type { Entry } from "../../../protocol/model.ts";
import type { Packet } from "../../../protocol/packet.ts";
import { isDirect } from "../../../protocol/rooms.ts";
import { handOver } from "../../aws/invocations.ts";
import type { Outcome } from "../../aws/posts.ts";
import { requireEnv } from "../../env.ts";
import { deleteLive } from "../../store/live.ts";
import { push, type Recipient } from "../../wire/dialects.ts";
import type { Context } from "../../wire/serve.ts";
import { endConnections } from "../end-connection.ts";
import { toEvent } from "../log/entry-view.ts";

const DELIVER_FUNCTION = requireEnv("DELIVER_FUNCTION");

/** Pushes a packet to connections in a room. */
export async function tell(room: string, recipients: readonly Recipient[], packet: Packet) {
  await followUp(await pushIn(room, recipients, packet));
}

/** The same for what is worth nothing later: posts that do not get through at once are dropped. */
export async function tellNow(room: string, recipients: readonly Recipient[], packet: Packet) {
  const { gone } = await pushIn(room, recipients, packet);
  await followUp({ gone });
}

async function pushIn(room: string, recipients: readonly Recipient[], packet: Packet) {
  const outcome = await push(recipients, packet);
  // The connection's own item, which lists its live items, may be gone already.
  const lives = isDirect(room) ? [] : outcome.gone;
  await Promise.all(lives.map((connectionId) => deleteLive(room, connectionId)));
  return outcome;
}

/** Pushes an entry of a room's log to the connections in the room; the sender's copy is the ack. */
export async function tellEntry({ acked }: Context, lives: readonly Recipient[], entry: Entry) {
  const recipients = lives.filter(({ connectionId }) => connectionId !== acked);
  await tell(entry.room, recipients, toEvent(entry));
}

/** Ends the connections that are gone, and hands the posts that are left over to `deliver`. */
export async function followUp(...outcomes: Partial<Outcome>[]): Promise<void> {
  const left = outcomes.flatMap(({ left = [] }) => left);
  left.push(...(await endConnections(outcomes.flatMap(({ gone = [] }) => gone))));
  await handOver(DELIVER_FUNCTION, left);
}
