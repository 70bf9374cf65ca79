import * as v from "valibot";
import { ACCOUNT, arnMatcher, functionName } from "../arn.ts";
import { glob } from "../glob.ts";
import { StartError } from "../start-error.ts";
import type { Assembly } from "./assembly.ts";
import { readRole } from "./read-roles.ts";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const LambdaFunction = strict(
  {
    Code: v.union(
      [
        v.object({ S3Key: v.string() }),
        v.object({ S3Key: v.optional(v.undefined()), ZipFile: v.string() }),
      ],
      "is neither an asset of the app nor inline code",
    ),
    Environment: v.optional(
      v.object({ Variables: v.optional(v.record(v.string(), v.string()), {}) }),
    ),
    Handler: v.optional(v.string(), ""),
    LoggingConfig: v.optional(v.object({ LogGroup: v.optional(v.string()) })),
    MemorySize: v.optional(v.number(), 128),
    PackageType: v.optional(v.literal("Zip"), "Zip"),
    ReservedConcurrentExecutions: v.optional(
      v.pipe(v.number(), v.minValue(1, "is 0, which stops the function")),
    ),
    Role: v.string(),
    Runtime: v.pipe(
      v.optional(v.string(), ""),
      v.regex(/^nodejs(18|20|22|24)\.x$/, ({ input }) =>
        input === "" ? "is missing" : `is ${input}; only Node.js 18 to 24 runs`,
      ),
    ),
    Timeout: v.optional(v.number(), 3),
  },
  // What a dead-letter queue would get is printed on the terminal.
  "Architectures DeadLetterConfig Description EphemeralStorage FunctionName RuntimeManagementConfig Tags TracingConfig",
  {
    FileSystemConfigs: "there is no EFS",
    Layers: "only what is in the function's own code is there",
    VpcConfig: "there is no VPC",
  },
);

/** What would be sent there is printed on the terminal. */
const Destination = v.object({
  Destination: v.pipe(
    v.string(),
    v.regex(/^arn:\w+:(sqs|sns|s3):/, "is neither a queue, a topic nor a bucket"),
  ),
});

const EventInvokeConfig = strict({
  FunctionName: v.string(),
  MaximumEventAgeInSeconds: v.optional(v.number()),
  MaximumRetryAttempts: v.optional(v.number()),
  Qualifier: v.literal("$LATEST"),
  DestinationConfig: v.optional(strict({ OnFailure: v.optional(Destination) })),
});

const Permission = strict({
  Action: v.pipe(v.string(), v.startsWith("lambda:", "is no action of Lambda")),
  FunctionName: v.string(),
  Principal: v.string(),
  SourceArn: v.optional(v.string()),
  SourceAccount: v.optional(v.string()),
});

/** The stack's functions, except those that only a deployment calls. */
export function readFunctions(template: Template, assets: Assembly["assets"]) {
  const ofDeployment = template.deploymentFunctions();
  const runs = (id: string) => !ofDeployment.has(template.getAtt(id, "Arn"));
  const permissions = template.all("AWS::Lambda::Permission", Permission);
  const configs = template.all("AWS::Lambda::EventInvokeConfig", EventInvokeConfig);
  return template
    .all("AWS::Lambda::Function", LambdaFunction, runs)
    .map(({ id, name, properties }) => {
      const { Code, Environment, LoggingConfig, Role } = properties;
      const config = configs.find(({ properties }) => properties.FunctionName === name)?.properties;
      return {
        ...properties,
        id,
        name,
        arn: String(template.getAtt(id, "Arn")),
        code:
          Code.S3Key === undefined
            ? { inline: Code.ZipFile }
            : { asset: findAsset(assets, Code.S3Key) },
        environment: Environment?.Variables ?? {},
        /** What it may do. */
        role: readRole(template, id, Role),
        /** Which services may invoke it. */
        permissions: permissions
          .filter(({ properties }) => functionName(properties.FunctionName) === name)
          .map(({ properties }) => invokePermission(properties)),
        logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
        MaximumRetryAttempts: config?.MaximumRetryAttempts ?? 2,
        MaximumEventAgeInSeconds: config?.MaximumEventAgeInSeconds ?? 21_600,
      };
    });
}

/** A function before its code is unpacked: an asset, which is a folder or a zip file, or a text. */
export type FunctionResource = ReturnType<typeof readFunctions>[number];

export interface FunctionDefinition extends Omit<FunctionResource, "code"> {
  /** The folder of its code. */
  readonly code: string;
}

/** Whether a statement of a function's own policy lets a service invoke it on behalf of a source. */
export function invokePermission(properties: v.InferOutput<typeof Permission>) {
  const { Action, Principal, SourceArn = "*", SourceAccount = ACCOUNT } = properties;
  const isInvoke = glob(Action, "i").test("lambda:InvokeFunction") && SourceAccount === ACCOUNT;
  const matches = arnMatcher(SourceArn);
  return (service: string, sourceArn: string) =>
    isInvoke && [service, "*"].includes(Principal) && matches(sourceArn);
}

/** @throws {StartError} if the output is incomplete */
export function findAsset(assets: Assembly["assets"], key: string): string {
  const path = assets.get(key);
  if (path === undefined) throw new StartError(`The synthesised output lacks the asset ${key}.`);
  return path;
}
