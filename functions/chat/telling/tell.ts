import { serverEvent } from "../../../protocol/events.ts";
import type { Entry } from "../../../protocol/model.ts";
import type { Packet } from "../../../protocol/packet.ts";
import { handOver } from "../../aws/invocations.ts";
import type { Outcome } from "../../aws/posts.ts";
import { requireEnv } from "../../env.ts";
import { deleteLive, type Live } from "../../store/live.ts";
import { push } from "../../wire/dialects.ts";
import type { Context } from "../../wire/serve.ts";
import { end } from "../end-connection.ts";

const DELIVER_FUNCTION = requireEnv("DELIVER_FUNCTION");

/** Pushes a packet to connections of a channel. */
export async function tell(
  channel: string,
  recipients: readonly Live[],
  packet: Packet,
): Promise<void> {
  const outcome = await push(recipients, packet);
  // The connection's own record may be gone already, and with it the list of its live items.
  await Promise.all(outcome.gone.map((connectionId) => deleteLive(channel, connectionId)));
  await settle(outcome);
}

/** Tells those who are in a room of an entry of its log. */
export async function tellEntry(
  { acked }: Context,
  lives: readonly Live[],
  entry: Entry,
): Promise<void> {
  const recipients = lives.filter(({ connectionId }) => connectionId !== acked);
  const offset = String(entry.at);
  const packet =
    entry.kind === "message"
      ? serverEvent(entry.kind, entry, offset)
      : serverEvent(entry.kind, entry, offset);
  await tell(entry.room, recipients, packet);
}

/** Ends the connections that are gone and leaves unsent posts to `deliver`. */
export async function settle(...outcomes: Partial<Outcome>[]): Promise<void> {
  const more = await end(outcomes.flatMap(({ gone = [] }) => gone));
  await handOver(DELIVER_FUNCTION, [...outcomes.flatMap(({ left = [] }) => left), ...more]);
}
