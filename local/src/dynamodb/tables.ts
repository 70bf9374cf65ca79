import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { StartError } from "../start-error.ts";
import { type TableDefinition, TableKeys } from "../template/read-tables.ts";
import type { Engine } from "./engine.ts";

/**
 * Creates the tables that do not exist yet.
 * @throws {StartError} if a table on disk has other keys than in the template
 */
export async function createTables(
  engine: Engine,
  tables: readonly TableDefinition[],
): Promise<void> {
  for (const { id, name, ...wanted } of tables) {
    const { status, table } = await call(engine, "DescribeTable", { TableName: name });
    if (status !== 200 || table === undefined) {
      const input = { TableName: name, BillingMode: "PAY_PER_REQUEST", ...wanted };
      const created = await call(engine, "CreateTable", input);
      if (created.status !== 200) {
        throw new StartError(`The table ${id} cannot be created: ${created.body}`);
      }
    } else if (!isDeepStrictEqual(comparable(table), comparable(wanted))) {
      throw new StartError(
        `The table ${id} on disk has other keys than in the template. Use another data folder, or delete this one to begin with empty tables.`,
        "data",
      );
    }
  }
}

/** The keys in a form that can be compared, whatever the order of attributes and indexes. */
function comparable(table: v.InferOutput<typeof TableKeys>) {
  const byName = (list: readonly object[] = []) =>
    [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return {
    attributes: byName(table.AttributeDefinitions),
    key: table.KeySchema,
    global: byName(table.GlobalSecondaryIndexes),
    local: byName(table.LocalSecondaryIndexes),
  };
}

const Answer = v.object({ Table: v.optional(TableKeys) });

async function call(engine: Engine, operation: string, input: unknown) {
  const { status, body } = await engine.perform(operation, JSON.stringify(input));
  return { status, body, table: v.parse(Answer, JSON.parse(body)).Table };
}
