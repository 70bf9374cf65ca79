import { Stack, type StackProps } from "aws-cdk-lib";
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

interface Props extends StackProps {
  /** A zip file with the handlers. */
  readonly zip: string;
}

/**
 * Modules in a zip file, a table with provisioned capacity and an index, a $default route that answers,
 * and no $disconnect: a post finds out who is gone.
 */
export class ZippedChatStack extends Stack {
  constructor(scope: Construct, id: string, { zip, ...props }: Props) {
    super(scope, id, props);

    const connections = new Table(this, "Connections", {
      tableName: "chat-connections",
      partitionKey: { name: "id", type: AttributeType.STRING },
      billingMode: BillingMode.PROVISIONED,
      readCapacity: 5,
      writeCapacity: 5,
    });
    connections.addGlobalSecondaryIndex({
      indexName: "byRoom",
      partitionKey: { name: "room", type: AttributeType.STRING },
    });

    const lambda = (name: string) =>
      new LambdaFunction(this, name, {
        runtime: Runtime.NODEJS_22_X,
        handler: `${name}.handler`,
        code: Code.fromAsset(zip),
        environment: { CONNECTIONS: connections.tableName },
      });
    const join = lambda("join");
    const messages = lambda("messages");
    connections.grantWriteData(join);
    connections.grantReadWriteData(messages);

    const api = new WebSocketApi(this, "Api");
    api.addRoute("$connect", { integration: new WebSocketLambdaIntegration("Join", join) });
    api.addRoute("$default", {
      integration: new WebSocketLambdaIntegration("Messages", messages),
      returnResponse: true,
    });
    const stage = new WebSocketStage(this, "Stage", {
      webSocketApi: api,
      stageName: "dev",
      autoDeploy: true,
    });
    stage.grantManagementApiAccess(messages);
  }
}
