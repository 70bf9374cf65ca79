import type { IncomingMessage } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { createContext, Script } from "node:vm";
import * as v from "valibot";
import { queryPairs } from "../gateway/handshake.ts";

/** In milliseconds. CloudFront allows about one, but this machine may be busy. */
const TIMEOUT = 1_000;

const Values = v.record(
  v.string(),
  v.object({
    value: v.string(),
    multiValue: v.optional(v.array(v.object({ value: v.string() }))),
  }),
);
const Request = v.looseObject({ uri: v.string(), querystring: Values });
const Answer = v.strictObject({
  statusCode: v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599)),
  statusDescription: v.optional(v.string()),
  headers: v.optional(v.record(v.string(), v.strictObject({ value: v.string() })), {}),
  body: v.optional(v.strictObject({ encoding: v.literal("text"), data: v.string() })),
});
export type EdgeAnswer = v.InferOutput<typeof Answer>;

/**
 * Runs a CloudFront function for a viewer's request.
 * @returns the path and query of the changed request, or the function's answer
 * @throws {Error} if the function fails, or changes another part of the request
 */
export function runEdgeFunction(code: string, incoming: IncomingMessage): string | EdgeAnswer {
  const { method, url = "/", headersDistinct } = incoming;
  // Functions that read cookies are refused at the start.
  const { cookie: _, ...headers } = headersDistinct;
  const fixed = { method, headers: toValues(Object.entries(headers)), cookies: {} };
  const event = {
    version: "1.0",
    context: { eventType: "viewer-request" },
    viewer: { ip: "127.0.0.1" },
    request: {
      ...fixed,
      uri: new URL(url, "http://localhost").pathname,
      querystring: toValues(queryPairs(incoming)),
    },
  };
  const returned: unknown = JSON.parse(String(handlerOf(code)(JSON.stringify(event))));
  const answer = v.safeParse(Answer, returned);
  if (answer.success) return answer.output;
  const { uri, querystring, ...others } = v.is(Request, returned)
    ? returned
    : { uri: "", querystring: {} };
  if (!isDeepStrictEqual(others, fixed)) {
    throw new Error("A CloudFront function can change the path and the query here, or answer");
  }
  const query = new URLSearchParams(
    Object.entries(querystring).flatMap(([name, { value, multiValue }]) =>
      (multiValue ?? [{ value }]).map((one) => [name, one.value]),
    ),
  );
  return query.size === 0 ? uri : `${uri}?${query}`;
}

type Handler = (event: string) => unknown;
const handlers = new Map<string, Handler>();

/** One context for each function: creating one takes longer than serving most requests. */
function handlerOf(code: string): Handler {
  const known = handlers.get(code);
  if (known !== undefined) return known;
  const context = createContext({ event: "" });
  new Script(code).runInContext(context, { timeout: TIMEOUT });
  const call = new Script("JSON.stringify(handler(JSON.parse(event)))");
  const handler: Handler = (event) => {
    context.event = event;
    return call.runInContext(context, { timeout: TIMEOUT });
  };
  handlers.set(code, handler);
  return handler;
}

function toValues(pairs: readonly [name: string, values: readonly string[] | undefined][]) {
  return Object.fromEntries(
    pairs.map(([name, [value = "", ...others] = []]) => {
      const multiValue = [value, ...others].map((one) => ({ value: one }));
      return [name, { value, ...(others.length > 0 && { multiValue }) }];
    }),
  );
}
