import type { Operation } from "../aws/operation.ts";
import { ACCOUNT, PARTITION, REGION } from "../aws/place.ts";
import { invokeFunction } from "./invoke-api.ts";
import type { Lambda } from "./lambda.ts";

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Lambda's Invoke; undefined for what is another call. */
export function invokeOperation(
  lambda: Lambda,
  path: string,
  query: URLSearchParams,
  type: string,
  body: string,
): Operation | undefined {
  const [, encoded] = PATH.exec(path) ?? [];
  if (encoded === undefined) return undefined;
  const given = decodeURIComponent(encoded);
  const qualifier = query.get("Qualifier");
  const name = qualifier === null ? given : `${given}:${qualifier}`;
  const action = "lambda:InvokeFunction";
  const resource = name.startsWith("arn:")
    ? name
    : `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:${name}`;
  return {
    call: { service: "lambda", action, resources: [resource], body },
    rights: [{ action, resource }],
    context: () => new Map(),
    run: () => invokeFunction(lambda, name, type, body),
  };
}
