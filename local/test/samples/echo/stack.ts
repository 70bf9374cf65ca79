import { Duration, Stack } from "aws-cdk-lib";
import { ContentHandling, WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";

/** One function with inline code, which answers what it gets. */
export class EchoStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const echo = new LambdaFunction(this, "Echo", {
      runtime: Runtime.NODEJS_18_X,
      handler: "index.handler",
      code: Code.fromInline(
        "exports.handler = async (event) => ({ statusCode: 200, body: event.stageVariables.greeting + event.body });",
      ),
    });
    const api = new WebSocketApi(this, "Api");
    api.addRoute("$default", {
      integration: new WebSocketLambdaIntegration("Integration", echo, {
        contentHandling: ContentHandling.CONVERT_TO_TEXT,
        timeout: Duration.seconds(10),
      }),
      returnResponse: true,
    });
    new WebSocketStage(this, "Stage", {
      webSocketApi: api,
      stageName: "prod",
      autoDeploy: true,
      stageVariables: { greeting: "You said: " },
    });
  }
}
