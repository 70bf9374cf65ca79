import { ACCOUNT, arn, PARTITION, REGION, URL_SUFFIX } from "../arn.ts";

/** What references to the resources of a type resolve to. */
export interface ResourceType {
  /** The property that names the resource, if its logical id does not. */
  readonly name?: string;
  /** What Ref returns, if that is not the name. */
  readonly ref?: (name: string) => string;
  /** What Fn::GetAtt returns, from what Ref returns. */
  readonly attributes?: Readonly<Record<string, (ref: string) => string>>;
}

const itself = (ref: string) => ref;
const arnOf = (service: string, prefix: string) => (name: string) => arn(service, prefix + name);
const globalArn = (service: string, prefix: string) => (name: string) =>
  `arn:${PARTITION}:${service}::${ACCOUNT}:${prefix}${name}`;
const lastPart = (text: string) => text.split(/[:/]/).at(-1) ?? "";

const alarm = { name: "AlarmName", attributes: { Arn: arnOf("cloudwatch", "alarm:") } };
const table = { name: "TableName", attributes: { Arn: arnOf("dynamodb", "table/") } };

type Types = Readonly<Record<string, ResourceType>>;

/** The types that act here. */
const RUN: Types = {
  "AWS::ApiGatewayV2::Api": {
    attributes: {
      ApiEndpoint: (id) => `wss://${id}.execute-api.${REGION}.${URL_SUFFIX}`,
      ApiId: itself,
    },
  },
  "AWS::ApiGatewayV2::Integration": {},
  "AWS::ApiGatewayV2::Route": {},
  "AWS::ApiGatewayV2::RouteResponse": {},
  "AWS::ApiGatewayV2::Stage": { name: "StageName" },
  "AWS::CloudFront::Distribution": {
    attributes: { DomainName: (id) => `${id.toLowerCase()}.cloudfront.net`, Id: itself },
  },
  "AWS::CloudFront::Function": {
    attributes: { FunctionARN: globalArn("cloudfront", "function/") },
  },
  "AWS::CloudFront::ResponseHeadersPolicy": { attributes: { Id: itself } },
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::DynamoDB::Table": table,
  "AWS::Events::Rule": { name: "Name", attributes: { Arn: arnOf("events", "rule/") } },
  "AWS::IAM::ManagedPolicy": {
    name: "ManagedPolicyName",
    ref: globalArn("iam", "policy/"),
    attributes: { PolicyArn: itself },
  },
  "AWS::IAM::Policy": {},
  "AWS::IAM::Role": {
    name: "RoleName",
    attributes: { Arn: globalArn("iam", "role/"), RoleId: itself },
  },
  "AWS::Lambda::EventInvokeConfig": {},
  "AWS::Lambda::Function": {
    name: "FunctionName",
    attributes: { Arn: arnOf("lambda", "function:") },
  },
  "AWS::Lambda::Permission": {},
  "AWS::S3::Bucket": {
    name: "BucketName",
    ref: (name) => name.toLowerCase(),
    attributes: {
      Arn: (name) => `arn:${PARTITION}:s3:::${name}`,
      DomainName: (name) => `${name}.s3.${URL_SUFFIX}`,
      RegionalDomainName: (name) => `${name}.s3.${REGION}.${URL_SUFFIX}`,
    },
  },
  "AWS::S3::BucketPolicy": {},
  "Custom::CDKBucketDeployment": {},
};

/** The types that have nothing here to act on. */
const INERT: Types = {
  // The routes here are always those of the template.
  "AWS::ApiGatewayV2::Deployment": { attributes: { DeploymentId: itself } },

  // Logs are files in the data folder, and nothing is measured.
  "AWS::CloudWatch::Alarm": alarm,
  "AWS::CloudWatch::CompositeAlarm": alarm,
  "AWS::CloudWatch::Dashboard": { name: "DashboardName" },
  "AWS::Logs::LogGroup": {
    name: "LogGroupName",
    attributes: { Arn: (name) => `${arn("logs", `log-group:${name}`)}:*` },
  },
  "AWS::Logs::MetricFilter": {},
  "AWS::Logs::QueryDefinition": { attributes: { QueryDefinitionId: itself } },
  "Custom::LogRetention": {},

  // Topics and queues take what alarms and failed invocations send, which nobody reads here.
  "AWS::SNS::Subscription": {},
  "AWS::SNS::Topic": {
    name: "TopicName",
    ref: arnOf("sns", ""),
    attributes: { TopicArn: itself, TopicName: lastPart },
  },
  "AWS::SNS::TopicPolicy": {},
  "AWS::SQS::Queue": {
    name: "QueueName",
    ref: (name) => `https://sqs.${REGION}.${URL_SUFFIX}/${ACCOUNT}/${name}`,
    attributes: {
      Arn: (url) => arn("sqs", lastPart(url)),
      QueueName: lastPart,
      QueueUrl: itself,
    },
  },
  "AWS::SQS::QueuePolicy": {},

  // The site is served from the folder that a deployment would upload.
  "AWS::CloudFront::OriginAccessControl": { attributes: { Id: itself } },
  "AWS::Lambda::LayerVersion": {},
  "Custom::S3AutoDeleteObjects": {},

  // Nothing is billed, limited or counted for the account.
  "AWS::ApiGateway::Account": {},
  "AWS::ApplicationAutoScaling::ScalableTarget": {},
  "AWS::ApplicationAutoScaling::ScalingPolicy": {},
  "AWS::Budgets::Budget": {},
  "AWS::CDK::Metadata": {},
};

/** Why a type is refused, if there is more to say than that it, or its service, is not there. */
const REFUSED: Readonly<Record<string, string>> = {
  "AWS::ApiGatewayV2::ApiMapping": "custom domains are not supported",
  "AWS::ApiGatewayV2::Authorizer": "authorizers do not run here",
  "AWS::ApiGatewayV2::DomainName": "custom domains are not supported",
  "AWS::ApiGatewayV2::Model": "messages are not validated",
  "AWS::CloudFormation::CustomResource": "custom resources do not run here",
  "AWS::CloudFormation::Stack": "nested stacks are not read",
  "AWS::Lambda::Alias": "one version of each function runs",
  "AWS::Lambda::EventSourceMapping": "there are no streams and no queues to read from",
  "AWS::Lambda::Url": "functions have no URLs",
  "AWS::Lambda::Version": "one version of each function runs",
  "AWS::Scheduler::Schedule": "only rules of EventBridge run, not its Scheduler",
};

/** Every type that is treated in a way of its own; for the test of the README. */
export const RESOURCE_TYPES = { run: RUN, inert: INERT, refused: REFUSED };

export function resourceType(type: string): ResourceType | undefined {
  return [RUN, INERT].find((types) => Object.hasOwn(types, type))?.[type];
}

export function refusedType(type: string): string {
  if (Object.hasOwn(REFUSED, type)) return REFUSED[type] ?? "";
  if (type.startsWith("Custom::")) return "custom resources do not run here";
  const [service] = type.match(/^\w+::\w+::/) ?? [];
  const isHere = Object.keys(RUN).some((one) => one.startsWith(service ?? type));
  return isHere ? "this type does not run here" : `there is no ${type.split("::")[1] ?? type}`;
}
