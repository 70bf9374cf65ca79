import { isDeepStrictEqual } from "node:util";
import { StartError } from "../start-error.ts";
import type { TableDefinition } from "../template/stack.ts";

/** Creates the tables that are not there yet; those on disk must have the template's keys. */
export async function createTables(url: string, tables: readonly TableDefinition[]): Promise<void> {
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
    const { status, body } = await call(url, "DescribeTable", { TableName: name });
    if (status !== 200) {
      const made = await call(url, "CreateTable", {
        TableName: name,
        BillingMode: "PAY_PER_REQUEST",
        ...wanted,
      });
      if (made.status !== 200) {
        throw new StartError(`Natter cannot create the table ${id}: ${JSON.stringify(made.body)}`);
      }
    } else if (!isDeepStrictEqual(keys(body.Table), keys(wanted))) {
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

/** One call of DynamoDB's JSON protocol; dynalite wants a signature but does not check it. */
async function call(
  url: string,
  operation: string,
  input: unknown,
): Promise<{ status: number; body: { Table?: Keys } }> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": `DynamoDB_20120810.${operation}`,
      "X-Amz-Date": "20000101T000000Z",
      Authorization:
        "AWS4-HMAC-SHA256 Credential=local/20000101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=local",
    },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: await response.json() };
}
