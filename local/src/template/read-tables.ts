import * as v from "valibot";
import type { TableDefinition } from "./definitions.ts";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const KeySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.string() }));
const indexes = v.optional(
  v.array(v.object({ IndexName: v.string(), KeySchema, Projection: v.unknown() })),
);

const Table = strict(
  {
    AttributeDefinitions: v.array(
      v.object({ AttributeName: v.string(), AttributeType: v.string() }),
    ),
    KeySchema,
    GlobalSecondaryIndexes: indexes,
    LocalSecondaryIndexes: indexes,
  },
  // Capacity is not limited. dynalite removes no expired items; DynamoDB may take days to.
  "BillingMode ContributorInsightsSpecification DeletionProtectionEnabled OnDemandThroughput PointInTimeRecoverySpecification ProvisionedThroughput Replicas SSESpecification TableClass TableName Tags TimeToLiveSpecification WarmThroughput WriteOnDemandThroughputSettings WriteProvisionedThroughputSettings",
  {
    StreamSpecification: "tables have no streams",
    ImportSourceSpecification: "nothing is imported",
  },
);

export function readTables(template: Template): TableDefinition[] {
  return template
    .all(["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"], Table)
    .map(({ id, name, properties }) => ({ id, name, ...properties }));
}
