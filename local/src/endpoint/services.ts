import type { AwsCall } from "../aws/call.ts";
import type { Counters } from "../aws/counters.ts";
import type { Operation } from "../aws/operation.ts";
import { type DynamoDb, dynamoDbOperation } from "../dynamodb/dynamodb-operation.ts";
import type { Faults } from "../faults.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { managementOperation } from "../gateway/management-operation.ts";
import { invokeOperation } from "../lambda/invoke-operation.ts";
import type { Lambda } from "../lambda/lambda.ts";
import type { AwsRequest } from "./signature.ts";

/** The services behind the endpoint. */
export interface Services {
  readonly dynamodb: DynamoDb;
  readonly gateway: Gateway;
  readonly lambda: Lambda;
  readonly counters: Counters;
  readonly faults: Faults;
}

/** One address serves them all. */
export function serviceOf({ headers, url }: AwsRequest): AwsCall["service"] {
  if (headers["x-amz-target"] !== undefined) return "dynamodb";
  return url.startsWith("/2015-03-31/") ? "lambda" : "execute-api";
}

/** What the request asks for; undefined for what no service here does. */
export function operationOf(
  { method, url, headers, body }: AwsRequest,
  service: AwsCall["service"],
  { dynamodb, gateway, lambda }: Services,
): Operation | undefined {
  const [path = "/", query] = url.split(/\?(.*)/s);
  const text = body.toString();
  switch (service) {
    case "dynamodb":
      return dynamoDbOperation(String(headers["x-amz-target"]), text, dynamodb);
    case "lambda": {
      const type = String(headers["x-amz-invocation-type"] ?? "RequestResponse");
      return method === "POST"
        ? invokeOperation(lambda, path, new URLSearchParams(query), type, text)
        : undefined;
    }
    case "execute-api":
      return managementOperation(gateway, method, path, text);
  }
}
