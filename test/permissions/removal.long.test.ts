import { describe, expect, test } from "vitest";
import { readGrants, readRoutePermissions, withoutGrant, withoutResource } from "./grants.ts";
import { SCENES } from "./scenes.ts";
import { cdkOut, denialIn } from "./world.ts";

/**
 * Each grant of each role is removed once, and something in the chat must then fail with the action's
 * name. This proves that nothing is granted that is not used (promise 10).
 */

const grants = readGrants(cdkOut).map((grant) => ({ ...grant, where: where(grant.resource) }));

/** The readable part of a resource's ARN. A bucket's has its name, and not its logical id. */
function where(resource: unknown): string {
  const text = JSON.stringify(resource);
  if (text.includes("FilesBucket")) return "arn:aws:s3:::natter-files-";
  return /\/(GET|POST|DELETE)\//.exec(text)?.[1] ?? /"(\w+?)[0-9A-F]{8}"/.exec(text)?.[1] ?? text;
}

describe.each(["Socket", "Deliver", "Open", "Sweep"] as const)("%s", (fn) => {
  test.each(grants.filter((grant) => grant.fn === fn))(
    "fails without $action on $where, and names the action",
    async ({ where, ...grant }) => {
      const denial = await denialIn(withoutGrant(cdkOut, grant), SCENES[fn]);
      expect(denial).toContain(`assumed-role/Functions${fn}Role`);
      expect(denial).toContain(`not authorized to perform: ${grant.action} on resource: arn:aws:`);
      expect(denial).toContain(where);
    },
  );
});

test.each(readRoutePermissions(cdkOut))(
  "without the permission $id API Gateway cannot invoke the route's function",
  async ({ id, route }) => {
    const denial = await denialIn(withoutResource(cdkOut, id), SCENES.Socket);
    expect(denial).toContain("apigateway.amazonaws.com is not allowed to perform lambda:Invoke");
    expect(denial).toContain(`/ws/${route};`);
  },
);
