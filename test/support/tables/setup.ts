import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, ScalarAttributeType } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { afterAll, afterEach, expect, inject } from "vitest";
import { readTables } from "../template.ts";
import { startDynoxide } from "./dynoxide.ts";
import { MemoryTables } from "./memory.ts";
import { playTables } from "./play.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** What plays DynamoDB in a project. */
    engine: "memory" | "dynalite" | "dynoxide";
  }
}

/** The template's tables, as the functions find them through their environment. */

Object.assign(process.env, {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
});

const engine = inject("engine");
if (engine !== "memory") {
  const { url, stop } = await (engine === "dynoxide" ? startDynoxide() : startDynalite());
  afterAll(stop);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = url;
}

/** The client of the functions' store, which takes its endpoint from the environment. */
const { db } = await import("../../../functions/store/table.ts");

if (engine === "memory") {
  const tables = new MemoryTables();
  playTables(db, tables);
  // The functions may turn a refusal into an answer of theirs, and the test go on.
  afterEach(() => expect(tables.refused.splice(0)).toEqual([]));
}

for (const table of readTables(inject("cdkOut"))) {
  process.env[table.variable] = table.variable;
  await db.send(
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
