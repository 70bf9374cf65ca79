import { fileURLToPath } from "node:url";
import { Duration, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { TableV2 } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogLevel, NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Files } from "./files.ts";
import type { SocketApi } from "./socket-api.ts";
import type { Tables } from "./tables.ts";

interface FunctionsProps {
  readonly tables: Tables;
  readonly api: SocketApi;
  readonly files: Files;
  /** The largest file that somebody may upload. */
  readonly maxFileMB: number;
}

interface Settings {
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly retryAttempts?: number;
  readonly maxEventAge?: Duration;
  readonly environment?: Record<string, string>;
}

/** One function for each entry in `functions/`, whose role allows only what that function does. */
export class Functions extends Construct {
  readonly socket: NodejsFunction;
  readonly deliver: NodejsFunction;
  readonly open: NodejsFunction;
  readonly sweep: NodejsFunction;
  /**
   * The key that CloudFront sends to the API. It is made of the unique ids that IAM gives to roles
   * when it creates them, which last as long as the roles. They cost nothing, and no further
   * resource is needed. Nobody can guess them; only somebody who may read the account's roles can
   * look them up. (The stack's id would be such a value too, but each deployment prints it.)
   */
  readonly originKey: string;

  constructor(scope: Construct, id: string, { tables, api, files, maxFileMB }: FunctionsProps) {
    super(scope, id);

    this.deliver = this.function("Deliver", "deliver.ts", {
      memorySize: 512,
      // It posts for 10 s, and ends connections that are gone.
      timeout: Duration.seconds(30),
      // By then clients have fetched lost or older entries from the log.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(5),
    });
    this.open = this.function("Open", "open.ts", {
      memorySize: 256,
      // It gives up after a second.
      timeout: Duration.seconds(10),
      // A client waits for 20 s.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    this.sweep = this.function("Sweep", "sweep.ts", {
      memorySize: 512,
      timeout: Duration.minutes(3),
      // The next run is scheduled anyway, and two must not run side by side.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
    this.socket = this.function("Socket", "socket.ts", {
      // CPU is proportional to memory: with less, a cold start takes seconds.
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
    // A client that breaks the protocol, floods or does not read is closed.
    api.bindManagement(this.socket, "POST", "DELETE");
    // `open` looks whether the client has hung up.
    bindTable(this.open, "CONNECTIONS_TABLE", tables.connections, ["GetItem"]);
    api.bindManagement(this.open, "POST");

    // Both jobs end connections that are gone, and tell the others.
    const ending = ["BatchGetItem", "GetItem", "Query", "UpdateItem", "DeleteItem"];
    bindTable(this.deliver, "CONNECTIONS_TABLE", tables.connections, ["UpdateItem", "DeleteItem"]);
    bindTable(this.deliver, "ROOMS_TABLE", tables.rooms, ending);
    api.bindManagement(this.deliver, "POST", "DELETE");
    bindTable(this.sweep, "CONNECTIONS_TABLE", tables.connections, [
      "GetItem",
      "UpdateItem",
      "DeleteItem",
      "Scan",
    ]);
    bindTable(this.sweep, "ROOMS_TABLE", tables.rooms, [...ending, "PutItem"]);
    bindTable(this.sweep, "HISTORY_TABLE", tables.history, ["Query"]);
    api.bindManagement(this.sweep, "POST", "GET", "DELETE");

    files.bind(
      this.socket,
      // Who sends the form or reads the address that the function has signed acts in its role.
      "PutObject",
      "PutObjectTagging",
      "GetObject",
      "GetObjectVersion",
      // Keeps what a message has claimed.
      "DeleteObjectVersionTagging",
    );
    this.socket.addEnvironment("MAX_FILE_MB", String(maxFileMB));
    files.bind(this.sweep, "DeleteObjectVersion");

    bindFunction(this.socket, "DELIVER_FUNCTION", this.deliver);
    bindFunction(this.sweep, "DELIVER_FUNCTION", this.deliver);
    bindFunction(this.socket, "OPEN_FUNCTION", this.open);
    // The sweep also does the jobs that events leave.
    bindFunction(this.socket, "SWEEP_FUNCTION", this.sweep);

    this.originKey = Fn.join("-", [roleOf(this.socket).roleId, roleOf(this.deliver).roleId]);
  }

  /**
   * Admits handshakes through CloudFront, from pages of these origins or without an origin.
   * @param signIn who may come in, and how
   */
  admit(origins: readonly string[], signIn: object): void {
    for (const fn of [this.socket, this.sweep]) {
      fn.addEnvironment("SIGN_IN", Stack.of(this).toJsonString(signIn));
    }
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
      entry: pathTo(entry),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role,
      logGroup,
      bundling: {
        // The SDK that was tested is the SDK that runs.
        externalModules: [],
        format: OutputFormat.ESM,
        mainFields: ["module", "main"],
        target: "node20",
        logLevel: LogLevel.WARNING,
        // Bundled CommonJS needs a `require` for Node's own modules.
        banner:
          'import { createRequire } from "node:module";const require = createRequire(import.meta.url);',
        // Names are kept, so that stack traces can be read.
        esbuildArgs: {
          "--minify-syntax": true,
          "--minify-whitespace": true,
          // If the SDK no longer asks for this package, this has no effect; if it asks for more than
          // the file has, the bundling fails.
          "--alias": `@aws-sdk/credential-provider-node=${pathTo("store/default-provider.ts")}`,
        },
      },
    });
  }
}

/** The path of a file in `functions/`. */
function pathTo(file: string): string {
  return fileURLToPath(new URL(`../functions/${file}`, import.meta.url));
}

function roleOf({ node, role }: NodejsFunction): Role {
  if (role instanceof Role) return role;
  throw new Error(`The function ${node.id} has no role of its own`);
}

/** Tells a function a table's name, and grants it these actions; CDK's own grants are wider. */
function bindTable(fn: NodejsFunction, variable: string, table: TableV2, actions: string[]): void {
  fn.addEnvironment(variable, table.tableName);
  table.grant(fn, ...actions.map((action) => `dynamodb:${action}`));
}

/** Tells a function another one's name, and grants its invocation. */
function bindFunction(caller: NodejsFunction, variable: string, fn: NodejsFunction): void {
  caller.addEnvironment(variable, fn.functionName);
  caller.addToRolePolicy(invoking(fn));
}

/** CDK's own grant includes versions and aliases, of which there are none. */
function invoking(fn: NodejsFunction): PolicyStatement {
  return new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [fn.functionArn] });
}
