import { Stack } from "aws-cdk-lib";
import {
  CfnStage,
  WebSocketApi,
  type WebSocketRouteOptions,
  WebSocketStage,
} from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

const STAGE = "ws";

/** Frames per second and burst of the whole stage: a part of the account's 10,000 and 5,000. */
const THROTTLE = { rateLimit: 2_000, burstLimit: 1_000 };

/**
 * The routes that write get less, so that a flood of them leaves room for the others. CDK passes
 * these settings on unchanged, so the names are CloudFormation's.
 */
const WRITE_THROTTLE = { ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 500 };

/** The WebSocket API. `serve` adds its routes. */
export class SocketApi extends Construct {
  readonly api: WebSocketApi;
  readonly path = `/${STAGE}`;
  /** The execute-api host, without scheme and stage. */
  readonly host: string;
  private readonly callbackUrl: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const { region, urlSuffix } = Stack.of(this);
    this.api = new WebSocketApi(this, "Api", {
      apiName: Stack.of(this).stackName,
      routeSelectionExpression: "$request.body.action",
    });
    this.host = `${this.api.apiId}.execute-api.${region}.${urlSuffix}`;
    this.callbackUrl = `https://${this.host}/${STAGE}`;
  }

  /**
   * One function serves the five routes through one integration; each has a permission of its own.
   */
  serve(handler: IFunction): void {
    const integration = new WebSocketLambdaIntegration("Integration", handler);
    const route = (returnResponse: boolean): WebSocketRouteOptions => ({
      integration,
      returnResponse,
    });
    const routes = [
      this.api.addRoute("$connect", route(false)),
      this.api.addRoute("$disconnect", route(false)),
      this.api.addRoute("$default", route(true)),
      this.api.addRoute("message", route(true)),
      this.api.addRoute("joinRoom", route(true)),
    ];
    const stage = new WebSocketStage(this, "Stage", {
      webSocketApi: this.api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: THROTTLE,
    });
    const resource = stage.node.defaultChild;
    if (!(resource instanceof CfnStage)) throw new Error("The stage has no CfnStage");
    resource.routeSettings = { message: WRITE_THROTTLE, joinRoom: WRITE_THROTTLE };
    // A stage with settings of a route that does not exist yet does not deploy.
    stage.node.addDependency(...routes);
  }

  /** Tells a function the management API's address, and grants it methods of it on the stage. */
  bindManagement(fn: LambdaFunction, ...methods: ("POST" | "GET" | "DELETE")[]): void {
    fn.addEnvironment("CALLBACK_URL", this.callbackUrl);
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: ["execute-api:ManageConnections"],
        resources: methods.map((method) =>
          Stack.of(this).formatArn({
            service: "execute-api",
            resource: this.api.apiId,
            resourceName: `${STAGE}/${method}/@connections/*`,
          }),
        ),
      }),
    );
  }
}
