import type { AckData, ClientData, ClientEventName } from "../../protocol/events.ts";
import type { Context } from "../wire/serve.ts";

/**
 * The code of an event. It gets the checked data, and returns what the ack adds to `{"ok":true}`.
 * It throws a `ClientError` for what the client is to be told.
 */
export type ChatEvent<E extends ClientEventName> = (
  context: Context,
  data: ClientData<E>,
) => Promise<AckData[E]>;
