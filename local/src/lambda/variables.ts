import { devNull } from "node:os";
import { REGION } from "../arn.ts";
import type { FunctionDefinition } from "../template/read-functions.ts";
import { LOG_STREAM } from "./log.ts";

/** A function's environment without its credentials; nothing of this process's environment is in it. */
export function functionVariables(
  definition: FunctionDefinition,
  endpoint: string,
): Record<string, string> {
  return {
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: ":UTC",
    ...definition.environment,
    AWS_ENDPOINT_URL: endpoint,
    // The developer's own settings of the SDK are not the function's.
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    // In AWS the function runs on its runtime's Node, whatever version runs it here.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.Runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.MemorySize),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: LOG_STREAM,
    LAMBDA_TASK_ROOT: definition.code,
    _HANDLER: definition.Handler,
  };
}
