import { ACCOUNT, PARTITION } from "../arn.ts";
import type { Statement } from "./policy.ts";

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

/**
 * Why the principal may not do this, in AWS's words; undefined if it may.
 * @param denials statements of the resource's own policy
 */
export function denial(
  { name, role }: Principal,
  action: string,
  resource: string,
  denials: readonly Statement[] = [],
): string | undefined {
  const covers = (effect: Statement["effect"]) => (one: Statement) =>
    one.effect === effect && one.covers(action, resource);
  let why = `because no identity-based policy allows the ${action} action`;
  if (role.statements.some(covers("Deny"))) {
    why = "with an explicit deny in an identity-based policy";
  } else if (denials.some(covers("Deny"))) {
    why = "with an explicit deny in a resource-based policy";
  } else if (role.statements.some(covers("Allow"))) return undefined;
  const user = `arn:${PARTITION}:sts::${ACCOUNT}:assumed-role/${role.name}/${name}`;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${why}`;
}
