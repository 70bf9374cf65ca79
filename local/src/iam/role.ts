import * as v from "valibot";
import { StartError } from "../start-error.ts";
import { inert } from "../template/schemas.ts";
import type { Resource, Template } from "../template/template.ts";
import { managedPolicy } from "./managed-policies.ts";
import { compilePolicy, PolicyDocument, type Statement } from "./policy.ts";

const names = v.optional(v.array(v.string()), []);
const services = v.union([v.array(v.string()), v.string()]);

const Trust = v.object({
  Effect: v.string(),
  Action: services,
  Principal: v.optional(v.object({ Service: v.optional(services) })),
  Condition: inert,
});
type Trust = v.InferOutput<typeof Trust>;

const RoleProperties = v.strictObject({
  AssumeRolePolicyDocument: v.object({ Statement: v.array(Trust) }),
  ManagedPolicyArns: names,
  Policies: v.optional(
    v.array(v.strictObject({ PolicyName: v.string(), PolicyDocument: PolicyDocument })),
    [],
  ),
  Description: inert,
  MaxSessionDuration: inert,
  Path: inert,
  RoleName: inert,
  Tags: inert,
});

const PolicyProperties = v.strictObject({
  PolicyDocument,
  Description: inert,
  Groups: inert,
  ManagedPolicyName: inert,
  Path: inert,
  PolicyName: inert,
  Roles: names,
  Users: inert,
});

/** A role of the template, with the statements of every policy that it has. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
}

/** The execution role of a function. Of the template's policies only those of such roles are read. */
export function readRole(template: Template, functionId: string, arn: string | undefined): Role {
  const isRole = (id: string) => template.getAtt(id, "Arn") === arn;
  const [role] = template.all("AWS::IAM::Role", RoleProperties, isRole);
  if (arn === undefined || role === undefined) {
    throw new StartError(
      `Natter cannot run the function ${functionId}: its role ${arn ?? ""} is none of the stack's.`,
    );
  }
  const { AssumeRolePolicyDocument, ManagedPolicyArns, Policies } = role.properties;
  if (!AssumeRolePolicyDocument.Statement.some(trustsLambda)) {
    throw new StartError(
      `Natter cannot run the function ${functionId}: its role ${role.id} does not let lambda.amazonaws.com assume it.`,
    );
  }
  const own = Policies.flatMap(({ PolicyName, PolicyDocument }) =>
    compilePolicy(`${role.id}.${PolicyName}`, PolicyDocument),
  );
  const attached = policiesOf(template, "AWS::IAM::Policy", role.name);
  const managed = policiesOf(template, "AWS::IAM::ManagedPolicy", role.name, ManagedPolicyArns);
  const ofAws = ManagedPolicyArns.filter((arn) => !managed.some(({ name }) => name === arn));
  return {
    name: role.name,
    arn,
    statements: [
      ...own,
      ...[...attached, ...managed].flatMap(({ id, properties }) =>
        compilePolicy(id, properties.PolicyDocument),
      ),
      ...ofAws.flatMap((arn) => compilePolicy(arn, managedPolicy(role.id, arn))),
    ],
  };
}

function trustsLambda({ Effect, Action, Principal, Condition }: Trust): boolean {
  return (
    Effect === "Allow" &&
    Condition === undefined &&
    [Action].flat().includes("sts:AssumeRole") &&
    [Principal?.Service].flat().includes("lambda.amazonaws.com")
  );
}

/** The role's policies of a type. Those of other roles may hold what is not known here. */
function policiesOf(
  template: Template,
  type: string,
  role: string,
  arns: readonly string[] = [],
): Resource<v.InferOutput<typeof PolicyProperties>>[] {
  const ids = template
    .all(type, v.looseObject({ Roles: names }))
    .filter(({ name, properties }) => properties.Roles.includes(role) || arns.includes(name))
    .map(({ id }) => id);
  return template.all(type, PolicyProperties, (id) => ids.includes(id));
}
