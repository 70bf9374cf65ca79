import { fileURLToPath } from "node:url";
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, type IFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogLevel, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Site } from "./site.ts";
import type { SocketApi } from "./socket-api.ts";
import type { Tables } from "./tables.ts";

interface FunctionsProps {
  readonly tables: Tables;
  readonly api: SocketApi;
  readonly site: Site;
}

interface Settings {
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly retryAttempts?: number;
  readonly environment?: Record<string, string>;
}

/** One function per entry in `functions/`, each with a role that may do what it does and no more. */
export class Functions extends Construct {
  readonly socket: IFunction;
  readonly deliver: IFunction;
  readonly sweep: IFunction;

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id);
    const { tables, api, site } = props;

    const deliver = this.function("Deliver", "deliver.ts", props, {
      memorySize: 512,
      timeout: Duration.seconds(60),
    });
    const sweep = this.function("Sweep", "sweep.ts", props, {
      memorySize: 512,
      timeout: Duration.minutes(3),
      // The next run comes by itself.
      retryAttempts: 0,
      environment: { DELIVER_FUNCTION: deliver.functionName },
    });
    const socket = this.function("Socket", "socket.ts", props, {
      // CPU comes with memory: below this a cold start takes seconds.
      memorySize: 1024,
      // Under API Gateway's 29 s for an integration.
      timeout: Duration.seconds(25),
      environment: { DELIVER_FUNCTION: deliver.functionName, ALLOWED_ORIGINS: site.origin },
    });

    allow(socket, tables.connections, "GetItem", "PutItem", "UpdateItem", "DeleteItem");
    allow(
      socket,
      tables.rooms,
      "BatchGetItem",
      "GetItem",
      "Query",
      "PutItem",
      "UpdateItem",
      "DeleteItem",
    );
    allow(socket, tables.history, "Query", "PutItem");
    api.grantManage(socket, "POST");
    deliver.grantInvoke(socket);

    // Both end connections that are gone, and tell who that concerns.
    for (const job of [deliver, sweep]) {
      allow(job, tables.rooms, "Query", "UpdateItem", "DeleteItem");
    }
    allow(deliver, tables.connections, "DeleteItem");
    api.grantManage(deliver, "POST");
    allow(sweep, tables.connections, "DeleteItem", "Scan");
    api.grantManage(sweep, "POST", "GET");
    deliver.grantInvoke(sweep);

    this.socket = socket;
    this.deliver = deliver;
    this.sweep = sweep;
  }

  private function(
    id: string,
    entry: string,
    { tables, api }: FunctionsProps,
    settings: Settings,
  ): NodejsFunction {
    const logGroup = new LogGroup(this, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    logGroup.grantWrite(role);
    return new NodejsFunction(this, id, {
      ...settings,
      entry: fileURLToPath(new URL(`../functions/${entry}`, import.meta.url)),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role,
      logGroup,
      environment: {
        CONNECTIONS_TABLE: tables.connections.tableName,
        ROOMS_TABLE: tables.rooms.tableName,
        HISTORY_TABLE: tables.history.tableName,
        CALLBACK_URL: api.callbackUrl,
        ...settings.environment,
      },
      bundling: {
        // The SDK that is tested is the SDK that runs.
        externalModules: [],
        format: OutputFormat.ESM,
        mainFields: ["module", "main"],
        target: "node20",
        logLevel: LogLevel.WARNING,
        // Bundled CommonJS needs a `require` for Node's own modules.
        banner:
          'import { createRequire } from "node:module";const require = createRequire(import.meta.url);',
        // Names stay, so that a stack trace can be read.
        esbuildArgs: { "--minify-syntax": true, "--minify-whitespace": true },
      },
    });
  }
}

/** The exact actions, where the grants of CDK would add Scan, batches and streams. */
function allow(grantee: IFunction, table: TableV2, ...actions: string[]): void {
  table.grant(grantee, ...actions.map((action) => `dynamodb:${action}`));
}
