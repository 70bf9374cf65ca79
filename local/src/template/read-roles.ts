import * as v from "valibot";
import { PARTITION } from "../arn.ts";
import type { Role } from "../iam/authorize.ts";
import { CONSTANTS } from "../iam/conditions.ts";
import { compilePolicy, PolicyDocument, type Statement } from "../iam/policy.ts";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const names = v.optional(v.array(v.string()), []);
const RoleProperties = strict(
  {
    ManagedPolicyArns: names,
    Policies: v.optional(v.array(v.strictObject({ PolicyName: v.string(), PolicyDocument })), []),
  },
  // A deployment fails if the service cannot assume the role.
  "AssumeRolePolicyDocument Description MaxSessionDuration Path RoleName Tags",
);

const PolicyProperties = strict(
  { PolicyDocument, Roles: names },
  "Description Groups ManagedPolicyName Path PolicyName Users",
);

/** AWS's own policies: the actions that they allow on everything, as far as these run here. */
const MANAGED_POLICIES: Readonly<Record<string, string[]>> = {
  AmazonAPIGatewayInvokeFullAccess: ["execute-api:Invoke", "execute-api:ManageConnections"],
  AmazonDynamoDBFullAccess: ["dynamodb:*"],
  "service-role/AWSLambdaBasicExecutionRole": [
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  "service-role/AWSLambdaRole": ["lambda:InvokeFunction"],
};

/**
 * A role in which something of the stack acts. Only the policies of such roles are read: those of
 * others may hold what cannot be enforced here.
 * @param owner the resource that has the role
 */
export function readRole(template: Template, owner: string, arn: string): Role {
  const [role] = template.all(
    "AWS::IAM::Role",
    RoleProperties,
    (id) => template.getAtt(id, "Arn") === arn,
  );
  if (role === undefined) {
    template.refuse(owner, `has the role ${arn}, which is none of the stack's`, arn);
    return { name: arn, arn, statements: [] };
  }
  const { ManagedPolicyArns, Policies } = role.properties;
  const compile = (id: string, document: PolicyDocument): Statement[] =>
    compilePolicy(document, { ...CONSTANTS, "aws:PrincipalArn": arn }, (problem) =>
      template.refuse(id, problem),
    );
  const own = [
    ...attached(template, "AWS::IAM::Policy", role.name),
    ...attached(template, "AWS::IAM::ManagedPolicy", role.name, ManagedPolicyArns),
  ];
  const ofAws = ManagedPolicyArns.filter((arn) => !own.some(({ name }) => name === arn));
  return {
    name: role.name,
    arn,
    statements: [
      ...Policies.flatMap(({ PolicyDocument }) => compile(role.id, PolicyDocument)),
      ...own.flatMap(({ id, properties }) => compile(id, properties.PolicyDocument)),
      ...ofAws.flatMap((arn) => {
        const Action = MANAGED_POLICIES[arn.replace(`arn:${PARTITION}:iam::aws:policy/`, "")];
        if (Action === undefined) {
          template.refuse(role.id, `has the managed policy ${arn}, which is not known`, arn);
          return [];
        }
        return compile(role.id, {
          Statement: [{ Effect: "Allow", Action, Resource: ["*"], Condition: {} }],
        });
      }),
    ],
  };
}

/** The policies of a type that name the role, or that the role names. */
function attached(template: Template, type: string, role: string, arns: readonly string[] = []) {
  const ids = template
    .all(type, v.looseObject({ Roles: names }))
    .filter(({ name, properties }) => properties.Roles.includes(role) || arns.includes(name))
    .map(({ id }) => id);
  return template.all(type, PolicyProperties, (id) => ids.includes(id));
}
