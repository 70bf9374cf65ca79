import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  ScalarAttributeType,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterEach, expect, inject } from "vitest";
import { readTables } from "../template.ts";
import { MemoryTables } from "./memory.ts";
import { playTables } from "./play.ts";

/** The template's tables, as the functions find them in their environment. */

const isMemory = inject("engine") === "memory";
Object.assign(process.env, {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  ...(!isMemory && { AWS_ENDPOINT_URL_DYNAMODB: inject("dynamodb") }),
});

/** The client of the functions' store. It takes its endpoint from the environment. */
const { db } = await import("../../../functions/store/client.ts");

/** The tests' own client, of which no step is counted and no call fails. */
export const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

export const tables = new MemoryTables();

if (isMemory) {
  playTables(db, tables);
  playTables(documents, tables);
  // The functions may turn a refusal into an answer of their own, and the test would continue.
  afterEach(() => expect(tables.refused.splice(0)).toEqual([]));
}

for (const table of readTables(inject("cdkOut"))) {
  process.env[table.variable] = table.variable;
  const create = new CreateTableCommand({
    TableName: table.variable,
    KeySchema: table.KeySchema,
    AttributeDefinitions: table.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
      AttributeName,
      AttributeType: ScalarAttributeType[AttributeType],
    })),
    BillingMode: "PAY_PER_REQUEST",
  });
  await db.send(create).catch((error) => {
    // An earlier file of the project has created it.
    if (!(error instanceof ResourceInUseException)) throw error;
  });
}
