import * as v from "valibot";
import { ClientError } from "../../protocol/errors.ts";
import type { AckData, ClientData, ClientEventName } from "../../protocol/events.ts";
import { requireConnection } from "../chat/access.ts";
import { toClientError } from "../wire/errors.ts";
import type { Context, EventHandler } from "../wire/serve.ts";

/**
 * The code of an event. It gets the checked data, and returns what the ack adds to `{"ok":true}`.
 * It throws a `ClientError` for what the client is to be told.
 */
export type ChatEvent<E extends ClientEventName> = (
  context: Context,
  data: ClientData<E>,
) => Promise<AckData[E]>;

/**
 * An event's code, called with data that its schema has checked; the ack is `{"ok":true}` and what
 * the code returns. A client without a CONNECT is told that first, whatever else is wrong.
 */
export function handle<S extends v.GenericSchema>(
  schema: S,
  run: (context: Context, data: v.InferOutput<S>) => Promise<object>,
): EventHandler {
  return async (context, [data = {}]) => {
    let checked: v.InferOutput<S>;
    try {
      checked = check(schema, data);
    } catch (error) {
      await requireConnection(context.connectionId);
      throw error;
    }
    return [{ ok: true, ...(await run(context, checked)) }];
  };
}

/** @throws {ClientError} `too_large` for what exceeds a limit, else `bad_request` */
export function check<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  // valibot's object schemas accept arrays.
  if (Array.isArray(input)) {
    throw new ClientError("bad_request", "data must be an object, not an array");
  }
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  throw toClientError(result.issues[0]);
}
