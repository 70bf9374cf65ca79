import type { Counters } from "../aws/counters.ts";
import { AwsError, type Operation } from "../aws/operation.ts";
import { type DynamoDb, dynamoDbOperation } from "../dynamodb/dynamodb-operation.ts";
import type { Faults } from "../faults.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { managementOperation } from "../gateway/management-api.ts";
import type { Lambda } from "../lambda/lambda.ts";
import { lambdaOperation } from "../lambda/lambda-api.ts";
import type { AwsRequest } from "./signature.ts";

/** The services behind the endpoint. */
export interface Services {
  readonly dynamodb: DynamoDb;
  readonly gateway: Gateway;
  readonly lambda: Lambda;
  readonly counters: Counters;
  readonly faults: Faults;
}

/**
 * The operation that a request asks for.
 * @param service the service that it is signed for
 * @throws {AwsError} if that operation does not run here
 */
export function operationOf(
  { method, url, headers, body }: AwsRequest,
  service: string,
  { dynamodb, gateway, lambda }: Services,
): Operation {
  const [path = "/", query] = url.split(/\?(.*)/s);
  const text = body?.toString() ?? "";
  const find = (): Operation | undefined => {
    switch (service) {
      case "dynamodb":
        return dynamoDbOperation(String(headers["x-amz-target"]), text, dynamodb);
      case "lambda": {
        const type = String(headers["x-amz-invocation-type"] ?? "RequestResponse");
        return lambdaOperation(lambda, method, path, new URLSearchParams(query), type, text);
      }
      case "execute-api":
        return managementOperation(gateway, method, path, text);
      default:
        return undefined;
    }
  };
  const operation = find();
  if (operation !== undefined) return operation;
  const message = `${method} ${path} of ${service} does not run on this machine`;
  throw new AwsError("ForbiddenException", message);
}
