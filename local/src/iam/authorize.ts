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

/** By role, what a statement without conditions allows, where no statement denies anything. */
const allowed = new WeakMap<Role, Set<string>>();

/** So many are remembered: the ids of connections are among them. */
const REMEMBERED = 10_000;

/**
 * Why the principal may not do this, in AWS's words; undefined if it may.
 * @param denials statements of the resource's own policy
 */
export function denial(
  { name, role }: Principal,
  right: Right,
  context: () => Context = () => new Map(),
  denials: readonly Statement[] = [],
): string | undefined {
  const key = `${right.action} ${right.resource}`;
  if (allowed.get(role)?.has(key)) return undefined;
  const covering = [...role.statements, ...denials].filter((one) => one.covers(right));
  const known = new Map([...principalContext(role), ...(covering.length > 0 ? context() : [])]);
  const effects = covering
    .filter((statement) => statement.holds(known))
    .map(({ effect }) => effect);
  if (effects.includes("Allow") && !effects.includes("Deny")) {
    const isDenied = [...role.statements, ...denials].some(isDeny);
    if (covering.some(isFree) && !isDenied) remember(role, key);
    return undefined;
  }
  const user = `arn:${PARTITION}:sts::${ACCOUNT}:assumed-role/${role.name}/${name}`;
  const isOwn = role.statements.some((one) => isDeny(one) && one.covers(right));
  const why = effects.includes("Deny")
    ? `with an explicit deny in ${isOwn ? "an identity" : "a resource"}-based policy`
    : `because no identity-based policy allows the ${right.action} action`;
  return `User: ${user} is not authorized to perform: ${right.action} on resource: ${right.resource} ${why}`;
}

const isFree = ({ effect, conditional }: Statement) => effect === "Allow" && !conditional;
const isDeny = ({ effect }: Statement) => effect === "Deny";

function remember(role: Role, key: string): void {
  const keys = allowed.get(role) ?? new Set();
  if (keys.size >= REMEMBERED) keys.clear();
  allowed.set(role, keys.add(key));
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
