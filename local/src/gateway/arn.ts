import { ACCOUNT, PARTITION, REGION } from "../aws/place.ts";
import type { ApiDefinition } from "../template/stack.ts";

/** The ARN of a route of the stage, or of a method and path. */
export function executeApiArn({ id, stage }: ApiDefinition, resource: string): string {
  return `arn:${PARTITION}:execute-api:${REGION}:${ACCOUNT}:${id}/${stage}/${resource}`;
}
