import type { Dialect } from "../store/items.ts";

/** What an event's code may know of where the event came from. */
export interface Context {
  connectionId: string;
  dialect: Dialect;
  /** The namespace. */
  nsp: string;
  /** ms since the epoch */
  connectedAt: number;
  /** Whether the client asked for an ack. */
  wantsAck: boolean;
}
