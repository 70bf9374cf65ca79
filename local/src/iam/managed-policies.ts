import { PARTITION } from "../arn.ts";
import type { PolicyDocument } from "./policy.ts";

const allow = (actions: string[], resource = "*"): PolicyDocument => ({
  Statement: [{ Effect: "Allow", Action: actions, Resource: [resource], Condition: {} }],
});

const PREFIX = `arn:${PARTITION}:iam::aws:policy/`;

/** AWS's own policies by ARN: those parts that concern services that run here. */
export const MANAGED_POLICIES: ReadonlyMap<string, PolicyDocument> = new Map([
  [
    `${PREFIX}AmazonAPIGatewayInvokeFullAccess`,
    allow(["execute-api:Invoke", "execute-api:ManageConnections"], "arn:aws:execute-api:*:*:*"),
  ],
  [`${PREFIX}AmazonDynamoDBFullAccess`, allow(["dynamodb:*"])],
  [
    `${PREFIX}service-role/AWSLambdaBasicExecutionRole`,
    allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]),
  ],
  [`${PREFIX}service-role/AWSLambdaRole`, allow(["lambda:InvokeFunction"])],
]);
