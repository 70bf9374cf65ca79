import { RemovalPolicy } from "aws-cdk-lib";
import {
  type Attribute,
  AttributeType,
  Billing,
  type TablePropsV2,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";

/** What people wrote survives the stack, but not the rollback of a failed first deployment. */
const KEPT = {
  removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
};
/** Connections last two hours at most. */
const PASSING = { removalPolicy: RemovalPolicy.DESTROY };

/** The three tables. */
export class Tables extends Construct {
  readonly connections: TableV2;
  readonly rooms: TableV2;
  readonly history: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.connections = this.table("Connections", PASSING, string("connectionId"));
    this.rooms = this.table("Rooms", KEPT, string("room"), string("entry"));
    this.history = this.table("History", KEPT, string("room"), number("seq"));
  }

  private table(
    id: string,
    settings: Partial<TablePropsV2>,
    partitionKey: Attribute,
    sortKey?: Attribute,
  ): TableV2 {
    return new TableV2(this, id, {
      partitionKey,
      ...(sortKey && { sortKey }),
      billing: Billing.onDemand(),
      timeToLiveAttribute: "expiresAt",
      ...settings,
    });
  }
}

function string(name: string): Attribute {
  return { name, type: AttributeType.STRING };
}

function number(name: string): Attribute {
  return { name, type: AttributeType.NUMBER };
}
