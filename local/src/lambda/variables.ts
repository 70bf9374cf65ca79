import { devNull } from "node:os";
import { REGION } from "../aws/place.ts";
import type { FunctionDefinition } from "../template/stack.ts";
import { LOG_STREAM } from "./log.ts";

/** The origins and endpoints that stand in for those of AWS. */
export interface Substitutes {
  /** Text that stands for something in AWS, and what stands for it here. */
  readonly texts: ReadonlyMap<string, string>;
  /** The ports of this machine that stand for hosts of AWS. */
  readonly hosts: Readonly<Record<string, number>>;
  /** `AWS_ENDPOINT_URL_*` */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** A function's environment but for its credentials: the template's variables and Lambda's own, nothing of this process. */
export function functionVariables(
  definition: FunctionDefinition,
  { texts, endpoints }: Substitutes,
): Record<string, string> {
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(definition.environment)) {
    own[name] = [...texts].reduce((text, [from, to]) => text.replaceAll(from, to), value);
  }
  return {
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: ":UTC",
    ...own,
    ...endpoints,
    // The settings of who works at this machine are none of the function's.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // The function runs on the Node of its runtime in AWS, whatever runs it here.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memorySize),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
    LAMBDA_TASK_ROOT: definition.code,
    _HANDLER: definition.handler,
  };
}
