import type { Packet } from "../../protocol/packet.ts";
import { handOver } from "../socket/hand-over.ts";
import type { Outcome } from "../socket/post.ts";
import { push } from "../socket/push.ts";
import { deleteLive, type Live } from "../store/live.ts";
import { end } from "./end.ts";

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

/** Ends the connections that are gone and leaves unsent posts to `deliver`. */
export async function settle(...outcomes: Outcome[]): Promise<void> {
  const left = await end(outcomes.flatMap(({ gone }) => gone));
  await handOver([...outcomes.flatMap((outcome) => outcome.left), ...left]);
}
