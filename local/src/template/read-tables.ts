import * as v from "valibot";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const KeySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.string() }));
const indexes = v.optional(
  v.array(v.object({ IndexName: v.string(), KeySchema, Projection: v.unknown() })),
);

/** The keys of a table and its indexes, as CreateTable takes them and DescribeTable gives them. */
export const TableKeys = v.object({
  AttributeDefinitions: v.array(v.object({ AttributeName: v.string(), AttributeType: v.string() })),
  KeySchema,
  GlobalSecondaryIndexes: indexes,
  LocalSecondaryIndexes: indexes,
});

const Table = strict(
  TableKeys.entries,
  // Capacity is not limited. dynalite removes no expired items; DynamoDB may take days to.
  "BillingMode ContributorInsightsSpecification DeletionProtectionEnabled OnDemandThroughput PointInTimeRecoverySpecification ProvisionedThroughput Replicas SSESpecification TableClass TableName Tags TimeToLiveSpecification WarmThroughput WriteOnDemandThroughputSettings WriteProvisionedThroughputSettings",
  {
    StreamSpecification: "tables have no streams",
    ImportSourceSpecification: "nothing is imported",
  },
);

export function readTables(template: Template) {
  return template
    .all(["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"], Table)
    .map(({ id, name, properties }) => ({ id, name, ...properties }));
}

export type TableDefinition = ReturnType<typeof readTables>[number];
