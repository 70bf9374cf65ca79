import { ACCOUNT, PARTITION, REGION } from "../aws/place.ts";
import type { Context } from "./conditions.ts";
import type { Right } from "./policy.ts";
import type { Role } from "./role.ts";

/** A function, with the role that it calls AWS in. */
export interface Principal {
  readonly name: string;
  readonly role: Role;
}

/** Why the function may not do this, in AWS's words; undefined if it may. */
export function denial(
  { name, role }: Principal,
  right: Right,
  context: () => Context,
): string | undefined {
  const statements = role.statements.filter((statement) => statement.covers(right));
  const holding = () => {
    const known = new Map([...principalContext(role), ...context()]);
    return statements.filter((statement) => statement.holds(known));
  };
  const effects = statements.length === 0 ? [] : holding().map(({ effect }) => effect);
  if (effects.includes("Allow") && !effects.includes("Deny")) return undefined;
  const user = `arn:${PARTITION}:sts::${ACCOUNT}:assumed-role/${role.name}/${name}`;
  const why = effects.includes("Deny")
    ? "with an explicit deny in an identity-based policy"
    : `because no identity-based policy allows the ${right.action} action`;
  return `User: ${user} is not authorized to perform: ${right.action} on resource: ${right.resource} ${why}`;
}

function principalContext({ arn }: Role): Context {
  return new Map([
    ["aws:principalaccount", [ACCOUNT]],
    ["aws:principalarn", [arn]],
    ["aws:requestedregion", [REGION]],
    ["aws:resourceaccount", [ACCOUNT]],
    ["aws:securetransport", ["true"]],
  ]);
}
