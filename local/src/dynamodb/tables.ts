import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { StartError } from "../start-error.ts";
import type { TableDefinition } from "../template/stack.ts";
import type { Forward } from "./dynamodb-operation.ts";

/** Creates the tables that are not there yet; those on disk must have the template's keys. */
export async function createTables(
  forward: Forward,
  tables: readonly TableDefinition[],
): Promise<void> {
  for (const { id, name, properties } of tables) {
    const wanted = {
      AttributeDefinitions: properties.AttributeDefinitions,
      KeySchema: properties.KeySchema,
      ...(properties.GlobalSecondaryIndexes && {
        GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes.map(index),
      }),
      ...(properties.LocalSecondaryIndexes && {
        LocalSecondaryIndexes: properties.LocalSecondaryIndexes.map(index),
      }),
    };
    const { status, table } = await call(forward, "DescribeTable", { TableName: name });
    if (status !== 200) {
      const made = await call(forward, "CreateTable", {
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        ...wanted,
      });
      if (made.status !== 200) {
        throw new StartError(`Natter cannot create the table ${id}: ${made.body}`);
      }
    } else if (!isDeepStrictEqual(keys(table), keys(wanted))) {
      throw new StartError(
        `The table ${id} on disk has other keys than the template; set NATTER_DATA to another folder, or delete this one to begin anew.`,
      );
    }
  }
}

interface Keys {
  readonly AttributeDefinitions?: readonly { AttributeName: string; AttributeType: string }[];
  readonly KeySchema?: unknown;
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

interface Index {
  readonly IndexName: string;
  readonly KeySchema: unknown;
  readonly Projection?: unknown;
}

function index({ IndexName, KeySchema, Projection }: Index): Index {
  return { IndexName, KeySchema, Projection };
}

/** What cannot change once a table has items. */
function keys(table: Keys | undefined) {
  const byName = (a: Index, b: Index) => a.IndexName.localeCompare(b.IndexName);
  return {
    attributes: Object.fromEntries(
      (table?.AttributeDefinitions ?? []).map((one) => [one.AttributeName, one.AttributeType]),
    ),
    key: table?.KeySchema,
    global: (table?.GlobalSecondaryIndexes ?? []).map(index).sort(byName),
    local: (table?.LocalSecondaryIndexes ?? []).map(index).sort(byName),
  };
}

const Answer = v.object({
  Table: v.optional(v.custom<Keys>((table) => typeof table === "object" && table !== null)),
});

async function call(forward: Forward, operation: string, input: unknown) {
  const { status, body = "{}" } = await forward(operation, JSON.stringify(input));
  return { status, body, table: v.parse(Answer, JSON.parse(body)).Table };
}
