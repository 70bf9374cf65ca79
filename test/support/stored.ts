import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { inject } from "vitest";
import type { LocalStack } from "./local-stack.ts";
import { readResources } from "./template.ts";

/**
 * The tables of a running stack, through the endpoint for its developer: for what takes clients too
 * long.
 */
export function tablesOf({ runtime }: LocalStack) {
  const ids = Object.keys(readResources(inject("cdkOut")));
  const named = (name: string) => ids.find((id) => id.startsWith(`Tables${name}`)) ?? "";
  return {
    db: DynamoDBDocumentClient.from(
      new DynamoDBClient({
        region: "us-east-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
        endpoint: runtime.endpoint,
      }),
      { marshallOptions: { removeUndefinedValues: true } },
    ),
    connections: named("Connections"),
    rooms: named("Rooms"),
    history: named("History"),
  };
}
