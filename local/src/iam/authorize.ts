import { ACCOUNT, PARTITION, REGION } from "../arn.ts";
import type { Context } from "./conditions.ts";
import type { Right, Statement } from "./policy.ts";

/** A role of the stack with the statements of all its policies. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
}

/** A principal that acts in a role: a function, or API Gateway. */
interface Principal {
  /** The name of the session. */
  readonly name: string;
  readonly role: Role;
}

/** Why the principal may not do this, in AWS's words; undefined if it may. */
export function denial(
  { name, role }: Principal,
  right: Right,
  context: () => Context = () => new Map(),
): string | undefined {
  const covering = role.statements.filter((statement) => statement.covers(right));
  const known = new Map([...principalContext(role), ...(covering.length > 0 ? context() : [])]);
  const effects = covering
    .filter((statement) => statement.holds(known))
    .map(({ effect }) => effect);
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
