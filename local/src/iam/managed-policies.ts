import { PARTITION } from "../aws/place.ts";
import { StartError } from "../start-error.ts";
import type { PolicyDocument } from "./policy.ts";

const allow = (actions: string[], resource = "*"): PolicyDocument => ({
  Statement: [
    {
      Effect: "Allow",
      Action: actions,
      Resource: [resource],
      Condition: {},
    },
  ],
});

/** AWS's own policies, as far as they are about services that run here. */
const POLICIES: Readonly<Record<string, PolicyDocument>> = {
  AmazonAPIGatewayInvokeFullAccess: allow(
    ["execute-api:Invoke", "execute-api:ManageConnections"],
    "arn:aws:execute-api:*:*:*",
  ),
  AmazonDynamoDBFullAccess: allow(["dynamodb:*"]),
  "service-role/AWSLambdaBasicExecutionRole": allow([
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ]),
  "service-role/AWSLambdaRole": allow(["lambda:InvokeFunction"]),
};

/** @throws {StartError} for a policy whose statements are not known here */
export function managedPolicy(roleId: string, arn: string): PolicyDocument {
  const name = arn.replace(`arn:${PARTITION}:iam::aws:policy/`, "");
  const policy = POLICIES[name];
  if (policy !== undefined) return policy;
  throw new StartError(
    `Natter cannot enforce the role ${roleId}: of the managed policies it knows ${Object.keys(POLICIES).join(", ")}, not ${arn}.`,
  );
}
