import { Stack } from "aws-cdk-lib";
import {
  CfnApi,
  CfnDeployment,
  CfnIntegration,
  CfnRoute,
  CfnStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import { Alarm, Dashboard } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { SqsDestination } from "aws-cdk-lib/aws-lambda-destinations";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

/** The account and the Region of an app that does not name them in its stack: only its ARNs do. */
const ACCOUNT = "111122223333";
const REGION = "eu-west-1";

/**
 * An app in the style of the first examples for WebSocket APIs: CloudFormation's own constructs, a role
 * for the integrations, a deployment, ARNs with the account written out. It is watched by an alarm.
 */
export class LowLevelStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const lost = new Queue(this, "Lost");
    const api = new CfnApi(this, "Api", {
      name: "LowLevel",
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
    });
    const fn = (name: string, source: string) =>
      new LambdaFunction(this, name, {
        runtime: Runtime.NODEJS_LATEST,
        handler: "index.handler",
        code: Code.fromInline(source),
        environment: { STACK: this.stackName, STACK_ID: this.stackId },
        deadLetterQueue: lost,
        onFailure: new SqsDestination(lost),
        retryAttempts: 1,
      });
    const main = fn("Main", "exports.handler = async () => ({ statusCode: 200 });");
    const post = fn(
      "Post",
      `const { ApiGatewayManagementApi } = require("@aws-sdk/client-apigatewaymanagementapi");
      exports.handler = async ({ body, requestContext: { connectionId, domainName, stage } }) => {
        const client = new ApiGatewayManagementApi({ endpoint: "https://" + domainName + "/" + stage });
        const Data = process.env.STACK + " posts: " + JSON.parse(body).text;
        await client.postToConnection({ ConnectionId: connectionId, Data });
        return { statusCode: 200 };
      };`,
    );
    post.addToRolePolicy(
      new PolicyStatement({
        actions: ["execute-api:ManageConnections"],
        resources: [`arn:aws:execute-api:${REGION}:${ACCOUNT}:${api.ref}/*`],
      }),
    );
    const role = new Role(this, "Invoke", {
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ["lambda:InvokeFunction"],
        resources: [main.functionArn, post.functionArn],
      }),
    );
    const route = (key: string, target: LambdaFunction) => {
      const integration = new CfnIntegration(this, `${key}-integration`, {
        apiId: api.ref,
        integrationType: "AWS_PROXY",
        integrationUri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${target.functionArn}/invocations`,
        credentialsArn: role.roleArn,
      });
      return new CfnRoute(this, `${key}-route`, {
        apiId: api.ref,
        routeKey: key,
        authorizationType: "NONE",
        target: `integrations/${integration.ref}`,
      });
    };
    const routes = [
      route("$connect", main),
      route("$disconnect", main),
      route("sendmessage", post),
    ];
    const deployment = new CfnDeployment(this, "Deployment", { apiId: api.ref });
    for (const one of routes) deployment.node.addDependency(one);
    new CfnStage(this, "Stage", {
      apiId: api.ref,
      autoDeploy: true,
      deploymentId: deployment.ref,
      stageName: "dev",
    });

    const topic = new Topic(this, "Topic");
    topic.addSubscription(new EmailSubscription("somebody@example.com"));
    const alarm = new Alarm(this, "Errors", {
      metric: post.metricErrors(),
      threshold: 1,
      evaluationPeriods: 1,
    });
    alarm.addAlarmAction(new SnsAction(topic));
    new Dashboard(this, "Dashboard");
  }
}
