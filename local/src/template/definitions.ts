import type { Role } from "../iam/authorize.ts";
import type { InvokePermission } from "../iam/invoke-permission.ts";

// The parts of a template that run, in the form that the services take.

export interface FunctionDefinition {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** The folder of the bundle. */
  readonly code: string;
  readonly handler: string;
  readonly runtime: string;
  /** In MB. */
  readonly memorySize: number;
  /** In seconds. */
  readonly timeout: number;
  readonly concurrency: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** What it may do. */
  readonly role: Role;
  /** Which services may invoke it. */
  readonly permissions: readonly InvokePermission[];
  readonly logGroup: string;
  /** Of asynchronous invocations. */
  readonly maximumRetryAttempts: number;
  /** Of asynchronous invocations, in seconds. */
  readonly maximumEventAge: number;
}

/** A function before its code is unpacked: an asset, which is a folder or a zip file, or a text. */
export interface FunctionResource extends Omit<FunctionDefinition, "code"> {
  readonly code: { readonly asset: string } | { readonly inline: string };
}

/** A token bucket: `burst` requests at once, `rate` a second in the long run. */
interface ThrottleDefinition {
  readonly rate: number;
  readonly burst: number;
}

export interface RouteDefinition {
  /** The name of the function. */
  readonly function: string;
  /** The role in which API Gateway invokes the function, instead of by the function's permission. */
  readonly credentials: Role | undefined;
  /** In milliseconds. */
  readonly timeout: number;
  /** Whether what the function returns is sent to the client. */
  readonly responds: boolean;
  readonly throttle: ThrottleDefinition | undefined;
}

export interface ApiDefinition {
  readonly id: string;
  /** The execute-api host. */
  readonly domainName: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
  /** The path of the route key in a message's body. */
  readonly selection: readonly string[];
  readonly routes: ReadonlyMap<string, RouteDefinition>;
  /** For the routes that have no throttle of their own. */
  readonly throttle: ThrottleDefinition | undefined;
}

/** The name in a function's ARN, with or without a qualifier; a bare name stays as it is. */
export function functionName(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:[^:]+:lambda:[^:]*:[^:]*:function:/, "").replace(/:[^:]+$/, "");
}
