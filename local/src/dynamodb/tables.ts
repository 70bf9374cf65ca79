import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { StartError } from "../start-error.ts";
import type {
  IndexDefinition,
  TableDefinition,
  TableKeysDefinition,
} from "../template/definitions.ts";
import type { Forward } from "./request.ts";

/**
 * Creates the tables that are not there yet.
 * @throws {StartError} where a table on disk has other keys than the template says
 */
export async function createTables(
  forward: Forward,
  tables: readonly TableDefinition[],
): Promise<void> {
  for (const { id, name, ...wanted } of tables) {
    const { status, table } = await call(forward, "DescribeTable", { TableName: name });
    if (status !== 200) {
      const input = { TableName: name, BillingMode: "PAY_PER_REQUEST", ...wanted };
      const created = await call(forward, "CreateTable", input);
      if (created.status !== 200) {
        throw new StartError(`The table ${id} cannot be created: ${created.body}`);
      }
    } else if (!isDeepStrictEqual(keys(table), keys(wanted))) {
      throw new StartError(
        `The table ${id} on disk has other keys than in the template. Use another data folder, or delete this one to begin with empty tables.`,
        "data",
      );
    }
  }
}

/** The keys in a form that can be compared, whatever their order. */
function keys(table: Partial<TableKeysDefinition> | undefined) {
  const sorted = (indexes: readonly IndexDefinition[] | undefined) =>
    (indexes ?? [])
      .map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection }))
      .sort((a, b) => a.IndexName.localeCompare(b.IndexName));
  const attributes = table?.AttributeDefinitions ?? [];
  return {
    attributes: Object.fromEntries(
      attributes.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
    ),
    key: table?.KeySchema,
    global: sorted(table?.GlobalSecondaryIndexes),
    local: sorted(table?.LocalSecondaryIndexes),
  };
}

const Answer = v.object({
  Table: v.optional(
    v.custom<Partial<TableKeysDefinition>>((table) => typeof table === "object" && table !== null),
  ),
});

async function call(forward: Forward, operation: string, input: unknown) {
  const { status, body = "{}" } = await forward(operation, JSON.stringify(input));
  return { status, body, table: v.parse(Answer, JSON.parse(body)).Table };
}
