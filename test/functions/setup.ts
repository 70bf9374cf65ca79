import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient, ScalarAttributeType } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { inject } from "vitest";
import { readTables } from "../support/template.ts";

/** What a function finds around it: its environment, and the template's tables on dynalite. */

const server = dynalite({ createTableMs: 0 });
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

Object.assign(process.env, {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
  CALLBACK_URL: "http://callback.test/ws",
  DELIVER_FUNCTION: "deliver",
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
