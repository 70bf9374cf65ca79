import { RemovalPolicy } from "aws-cdk-lib";
import { type Attribute, AttributeType, Billing, TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";

/** The three tables. What people wrote outlives the stack; who is connected does not. */
export class Tables extends Construct {
  readonly connections: TableV2;
  readonly rooms: TableV2;
  readonly history: TableV2;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.connections = this.table("Connections", RemovalPolicy.DESTROY, string("connectionId"));
    this.rooms = this.table("Rooms", RemovalPolicy.RETAIN, string("room"), string("entry"));
    this.history = this.table("History", RemovalPolicy.RETAIN, string("room"), number("seq"));
  }

  private table(
    id: string,
    removalPolicy: RemovalPolicy,
    partitionKey: Attribute,
    sortKey?: Attribute,
  ): TableV2 {
    return new TableV2(this, id, {
      partitionKey,
      ...(sortKey && { sortKey }),
      billing: Billing.onDemand(),
      timeToLiveAttribute: "expiresAt",
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    });
  }
}

function string(name: string): Attribute {
  return { name, type: AttributeType.STRING };
}

function number(name: string): Attribute {
  return { name, type: AttributeType.NUMBER };
}
