import { fileURLToPath } from "node:url";
import { Duration, Fn, RemovalPolicy } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogLevel, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { SocketApi } from "./socket-api.ts";
import type { Tables } from "./tables.ts";

interface FunctionsProps {
  readonly tables: Tables;
  readonly api: SocketApi;
}

interface Settings {
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly retryAttempts?: number;
  readonly maxEventAge?: Duration;
  readonly environment?: Record<string, string>;
}

/** One function per entry in `functions/`, each with a role that may do what it does and no more. */
export class Functions extends Construct {
  readonly socket: NodejsFunction;
  readonly deliver: NodejsFunction;
  readonly open: NodejsFunction;
  readonly sweep: NodejsFunction;
  /**
   * What CloudFront shows to the API. It is made of the unique ids that IAM draws for roles when it
   * creates them, which last as long as the roles: they cost nothing, and no resource has to make
   * them. Nobody can guess them, and only who may read the account's roles can look them up. (The
   * id of the stack would be such a value too, but each deployment prints it.)
   */
  readonly originKey: string;

  constructor(scope: Construct, id: string, { tables, api }: FunctionsProps) {
    super(scope, id);

    this.deliver = this.function("Deliver", "deliver.ts", {
      memorySize: 512,
      timeout: Duration.seconds(60),
      // Posts that have waited for longer have been read from the log meanwhile.
      maxEventAge: Duration.minutes(5),
    });
    this.open = this.function("Open", "open.ts", {
      memorySize: 256,
      timeout: Duration.seconds(20),
      // The client waits for 20 s.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    this.sweep = this.function("Sweep", "sweep.ts", {
      memorySize: 512,
      timeout: Duration.minutes(3),
      // The next run comes by itself, and two are not to pile up.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    this.socket = this.function("Socket", "socket.ts", {
      // CPU comes with memory: below this a cold start takes seconds.
      memorySize: 1024,
      // Under API Gateway's 29 s for an integration.
      timeout: Duration.seconds(25),
    });

    bindTable(this.socket, "CONNECTIONS_TABLE", tables.connections, [
      "GetItem",
      "PutItem",
      "UpdateItem",
      "DeleteItem",
    ]);
    bindTable(this.socket, "ROOMS_TABLE", tables.rooms, [
      "BatchGetItem",
      "GetItem",
      "Query",
      "PutItem",
      "UpdateItem",
      "DeleteItem",
    ]);
    bindTable(this.socket, "HISTORY_TABLE", tables.history, ["BatchGetItem", "Query", "PutItem"]);
    // A stock client that breaks the protocol is closed.
    api.bindManagement(this.socket, "POST", "DELETE");
    api.bindManagement(this.open, "POST");

    // Both jobs end connections that are gone, and tell whom that concerns.
    const ending = ["Query", "UpdateItem", "DeleteItem"];
    bindTable(this.deliver, "CONNECTIONS_TABLE", tables.connections, ["UpdateItem", "DeleteItem"]);
    bindTable(this.deliver, "ROOMS_TABLE", tables.rooms, ending);
    api.bindManagement(this.deliver, "POST");
    bindTable(this.sweep, "CONNECTIONS_TABLE", tables.connections, [
      "UpdateItem",
      "DeleteItem",
      "Scan",
    ]);
    bindTable(this.sweep, "ROOMS_TABLE", tables.rooms, ending);
    bindTable(this.sweep, "HISTORY_TABLE", tables.history, ["Query"]);
    api.bindManagement(this.sweep, "POST", "GET", "DELETE");

    bindFunction(this.socket, "DELIVER_FUNCTION", this.deliver);
    bindFunction(this.sweep, "DELIVER_FUNCTION", this.deliver);
    bindFunction(this.socket, "OPEN_FUNCTION", this.open);
    // What `deliver` has no time for, it hands on to itself. In the role's own policy this would be
    // a circle: the function waits for that one.
    const roles = [roleOf(this.deliver)];
    new Policy(this, "DeliverOn", { statements: [invoking(this.deliver)], roles });

    this.originKey = Fn.join("-", [roleOf(this.socket).roleId, roleOf(this.deliver).roleId]);
  }

  /** Lets in what comes from pages of these origins, or from no page, and through CloudFront. */
  admit(origins: readonly string[]): void {
    this.socket.addEnvironment("ALLOWED_ORIGINS", origins.join(","));
    this.socket.addEnvironment("ORIGIN_KEY", this.originKey);
  }

  private function(id: string, entry: string, settings: Settings): NodejsFunction {
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

function roleOf({ node, role }: NodejsFunction): Role {
  if (role instanceof Role) return role;
  throw new Error(`The function ${node.id} has no role of its own`);
}

/** Tells a function a table's name and lets it do the actions, which CDK's own grants are wider than. */
function bindTable(fn: NodejsFunction, variable: string, table: TableV2, actions: string[]): void {
  fn.addEnvironment(variable, table.tableName);
  table.grant(fn, ...actions.map((action) => `dynamodb:${action}`));
}

/** Tells a function another one's name and lets it invoke that. */
function bindFunction(caller: NodejsFunction, variable: string, fn: NodejsFunction): void {
  caller.addEnvironment(variable, fn.functionName);
  caller.addToRolePolicy(invoking(fn));
}

/** CDK's own grant is for versions and aliases too, of which there are none. */
function invoking(fn: NodejsFunction): PolicyStatement {
  return new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [fn.functionArn] });
}
