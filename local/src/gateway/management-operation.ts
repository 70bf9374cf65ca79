import type { Operation } from "../aws/operation.ts";
import { executeApiArn } from "./arn.ts";
import type { Gateway } from "./gateway.ts";
import { manageConnection } from "./management.ts";

const PATH = /^\/([^/]+)\/(?:@|%40)connections\/([^/]+)$/;

/** A call of the management API; undefined for what is none of this stage. */
export function managementOperation(
  gateway: Gateway,
  method: string,
  path: string,
  body: string,
): Operation | undefined {
  const [, stage, encoded] = PATH.exec(path) ?? [];
  if (stage !== gateway.api.stage || encoded === undefined) return undefined;
  const id = decodeURIComponent(encoded);
  const action = "execute-api:ManageConnections";
  const resource = executeApiArn(gateway.api, `${method}/@connections/${id}`);
  return {
    call: { service: "execute-api", action, resources: [resource], body },
    rights: [{ action, resource }],
    context: () => new Map(),
    async run(count) {
      if (method === "POST") count({ posts: 1 });
      return manageConnection(gateway, method, id, body);
    },
  };
}
