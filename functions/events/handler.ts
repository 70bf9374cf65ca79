import * as v from "valibot";
import { ClientError } from "../../protocol/errors.ts";
import {
  type AckData,
  type ClientData,
  type ClientEventName,
  clientSchemas,
} from "../../protocol/events.ts";
import { requireConnection } from "../chat/access.ts";
import type { Context } from "../wire/context.ts";

/** Runs an event on its unchecked arguments. @throws {ClientError} what the client is told */
export type Handler<E extends ClientEventName = ClientEventName> = (
  context: Context,
  args: readonly unknown[],
) => Promise<AckData[E]>;

/** Joins an event's schema and its code. */
export function handler<E extends ClientEventName>(
  name: E,
  run: (context: Context, data: ClientData<E>) => Promise<AckData[E]>,
): Handler<E> {
  const schema = clientSchemas[name];
  return async (context, [data = {}]) => {
    let checked: ClientData<E>;
    try {
      checked = check(schema, data);
    } catch (error) {
      // Before `connect`, a client is told that, whatever else is wrong.
      await requireConnection(context.connectionId);
      throw error;
    }
    return run(context, checked);
  };
}

/** Answers an event that there is not. */
export async function unknown({ connectionId }: Context): Promise<never> {
  await requireConnection(connectionId);
  throw new ClientError("bad_request", "There is no such event");
}

/** @throws {ClientError} `too_large` for what exceeds a limit, else `bad_request` */
export function check<S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> {
  // To valibot an array is an object too.
  const result = v.safeParse(schema, Array.isArray(input) ? null : input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  const code = issue.type.startsWith("max_") ? "too_large" : "bad_request";
  throw new ClientError(code, path === null ? issue.message : `${path}: ${issue.message}`);
}
