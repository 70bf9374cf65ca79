import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient, ScalarAttributeType } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { afterAll, inject } from "vitest";
import { readTables } from "../support/template.ts";
import { startDynoxide } from "./dynoxide.ts";
import { startManagementApi } from "./management-api.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** What plays DynamoDB: two programs, so that a gap of one cannot hide a mistake. */
    engine: "dynalite" | "dynoxide";
  }
}

/** What a function finds around it: its environment, and the template's tables. */

const { url, stop } = await (inject("engine") === "dynoxide" ? startDynoxide() : startDynalite());
afterAll(stop);

Object.assign(process.env, {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_ENDPOINT_URL_DYNAMODB: url,
  CALLBACK_URL: await startManagementApi(),
  DELIVER_FUNCTION: "deliver",
  OPEN_FUNCTION: "open",
  ALLOWED_ORIGINS: "https://chat.test,http://localhost:3000",
  POWERTOOLS_LOG_LEVEL: "SILENT",
});

const client = new DynamoDBClient({});
for (const table of readTables(inject("cdkOut"))) {
  process.env[table.variable] = table.variable;
  await client.send(
    new CreateTableCommand({
      TableName: table.variable,
      KeySchema: table.KeySchema,
      AttributeDefinitions: table.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
        AttributeName,
        AttributeType: ScalarAttributeType[AttributeType],
      })),
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
}

async function startDynalite() {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => void server.close() };
}
