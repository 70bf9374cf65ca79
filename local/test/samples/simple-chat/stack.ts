import { fileURLToPath } from "node:url";
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/**
 * The usual first sample: functions for connect, disconnect and one route for messages, no $default,
 * one table, and plain JavaScript that takes the SDK from Lambda's runtime.
 */
export class SimpleChatStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const table = new Table(this, "ConnectionsTable", {
      partitionKey: { name: "connectionId", type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    const lambda = (name: string) => {
      const fn = new LambdaFunction(this, `${name}Function`, {
        runtime: Runtime.NODEJS_20_X,
        handler: "app.handler",
        code: Code.fromAsset(fileURLToPath(new URL(name, import.meta.url))),
        memorySize: 256,
        timeout: Duration.seconds(10),
        logRetention: RetentionDays.ONE_WEEK,
        environment: { TABLE_NAME: table.tableName },
      });
      table.grantReadWriteData(fn);
      return fn;
    };
    const send = lambda("sendmessage");

    const api = new WebSocketApi(this, "ChatApi", {
      routeSelectionExpression: "$request.body.action",
      connectRouteOptions: {
        integration: new WebSocketLambdaIntegration("Connect", lambda("onconnect")),
      },
      disconnectRouteOptions: {
        integration: new WebSocketLambdaIntegration("Disconnect", lambda("ondisconnect")),
      },
    });
    api.addRoute("sendmessage", { integration: new WebSocketLambdaIntegration("Send", send) });
    api.grantManageConnections(send);
    const stage = new WebSocketStage(this, "Prod", {
      webSocketApi: api,
      stageName: "prod",
      autoDeploy: true,
    });

    new CfnOutput(this, "WebSocketURI", { value: stage.url });
    new CfnOutput(this, "ConnectionsTableArn", { value: table.tableArn });
  }
}
