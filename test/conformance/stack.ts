import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App, Duration, Stack } from "aws-cdk-lib";
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import {
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { buildSync } from "esbuild";
import type { Timers } from "./timers.ts";

const ENTRY = fileURLToPath(new URL("functions.ts", import.meta.url));

/** Leads the suites' paths to the stage, and passes the path on as a query parameter. */
const LEAD = `function handler(event) {
  var layer = event.request.uri.split("/")[1];
  event.request.uri = "/ws";
  event.request.querystring.layer = { value: layer };
  return event.request;
}`;

/** Synthesises the echo app into a new folder. */
export function synthesizeEcho(timers: Timers): string {
  // Otherwise CDK warns that the table has no backups.
  process.env.CDK_VALIDATION = "false";
  const folder = mkdtempSync(join(tmpdir(), "natter-echo-"));
  const app = new App({ outdir: join(folder, "cdk.out") });
  build(new Stack(app, "Echo"), bundle(folder), timers);
  app.synth();
  return folder;
}

function bundle(folder: string): Code {
  const outdir = join(folder, "bundle");
  buildSync({
    entryPoints: { index: ENTRY },
    outdir,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "warning",
  });
  return Code.fromAsset(outdir);
}

function build(stack: Stack, code: Code, timers: Timers): void {
  const table = new Table(stack, "Connections", {
    partitionKey: { name: "connectionId", type: AttributeType.STRING },
    billingMode: BillingMode.PAY_PER_REQUEST,
  });
  const fn = (name: string, timeout: Duration, environment: Record<string, string> = {}) =>
    new LambdaFunction(stack, name, {
      code,
      handler: `index.${name.toLowerCase()}`,
      runtime: Runtime.NODEJS_22_X,
      memorySize: 512,
      timeout,
      environment: { ...environment, TABLE: table.tableName, TIMERS: JSON.stringify(timers) },
    });
  const tick = fn("Tick", Duration.minutes(5));
  const socket = fn("Socket", Duration.seconds(10), { TICK_FUNCTION: tick.functionName });
  tick.grantInvoke(socket);

  const api = new WebSocketApi(stack, "Api");
  for (const key of ["$connect", "$disconnect", "$default"]) {
    api.addRoute(key, {
      integration: new WebSocketLambdaIntegration("Integration", socket),
      returnResponse: key === "$default",
    });
  }
  const stage = new WebSocketStage(stack, "Stage", {
    webSocketApi: api,
    stageName: "ws",
    autoDeploy: true,
  });
  for (const one of [socket, tick]) {
    table.grantReadWriteData(one);
    stage.grantManagementApiAccess(one);
    one.addEnvironment("CALLBACK_URL", stage.callbackUrl);
  }

  const lead = new EdgeFunction(stack, "Lead", {
    code: FunctionCode.fromInline(LEAD),
    runtime: FunctionRuntime.JS_2_0,
  });
  new Distribution(stack, "Distribution", {
    defaultBehavior: {
      origin: new HttpOrigin(`${api.apiId}.execute-api.${stack.region}.${stack.urlSuffix}`),
      functionAssociations: [{ function: lead, eventType: FunctionEventType.VIEWER_REQUEST }],
    },
  });
}
