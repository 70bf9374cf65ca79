import type { Dialect } from "../store/items.ts";

/** What an event's code may know of where the event came from. */
export interface Context {
  connectionId: string;
  dialect: Dialect;
  /** ms since the epoch */
  connectedAt: number;
  /** Whether the client asked for an ack. */
  wantsAck: boolean;
}
