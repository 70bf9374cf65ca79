import type { AckData, ClientData, ClientEventName } from "../../protocol/events.ts";
import type { Context } from "../wire/serve.ts";

/**
 * The code of an event: gets its checked data, and returns what the ack adds to `{"ok":true}`. What a
 * client is told it throws as a `ClientError`.
 */
export type ChatEvent<E extends ClientEventName> = (
  context: Context,
  data: ClientData<E>,
) => Promise<AckData[E]>;
