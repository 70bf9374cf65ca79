import { ACCOUNT, arn, PARTITION, REGION, URL_SUFFIX } from "../arn.ts";

/** How a resource type is treated, and what references to its resources resolve to. */
export interface ResourceType {
  /** `run`: it acts here. `inert`: there is nothing here for it to act on. */
  readonly how: "run" | "inert";
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

const run = (more: Omit<ResourceType, "how"> = {}): ResourceType => ({ how: "run", ...more });
const inert = (more: Omit<ResourceType, "how"> = {}): ResourceType => ({ how: "inert", ...more });

const table = run({
  name: "TableName",
  attributes: {
    Arn: arnOf("dynamodb", "table/"),
  },
});

const TYPES: Readonly<Record<string, ResourceType>> = {
  "AWS::ApiGatewayV2::Api": run({
    attributes: {
      ApiEndpoint: (id) => `wss://${id}.execute-api.${REGION}.${URL_SUFFIX}`,
      ApiId: itself,
    },
  }),
  "AWS::ApiGatewayV2::Integration": run(),
  "AWS::ApiGatewayV2::Route": run(),
  "AWS::ApiGatewayV2::RouteResponse": run(),
  "AWS::ApiGatewayV2::Stage": run({ name: "StageName" }),
  "AWS::CloudFront::Distribution": run({
    attributes: { DomainName: (id) => `${id.toLowerCase()}.cloudfront.net`, Id: itself },
  }),
  "AWS::CloudFront::Function": run({
    attributes: { FunctionARN: globalArn("cloudfront", "function/") },
  }),
  "AWS::CloudFront::ResponseHeadersPolicy": run({ attributes: { Id: itself } }),
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::DynamoDB::Table": table,
  "AWS::Events::Rule": run({ name: "Name", attributes: { Arn: arnOf("events", "rule/") } }),
  "AWS::IAM::ManagedPolicy": run({
    name: "ManagedPolicyName",
    ref: globalArn("iam", "policy/"),
    attributes: { PolicyArn: itself },
  }),
  "AWS::IAM::Policy": run(),
  "AWS::IAM::Role": run({
    name: "RoleName",
    attributes: { Arn: globalArn("iam", "role/"), RoleId: itself },
  }),
  "AWS::Lambda::EventInvokeConfig": run(),
  "AWS::Lambda::Function": run({
    name: "FunctionName",
    attributes: { Arn: arnOf("lambda", "function:") },
  }),
  "AWS::Lambda::Permission": run(),
  "AWS::S3::Bucket": run({
    name: "BucketName",
    ref: (name) => name.toLowerCase(),
    attributes: {
      Arn: (name) => `arn:${PARTITION}:s3:::${name}`,
      DomainName: (name) => `${name}.s3.${URL_SUFFIX}`,
      RegionalDomainName: (name) => `${name}.s3.${REGION}.${URL_SUFFIX}`,
    },
  }),
  "AWS::S3::BucketPolicy": run(),
  "Custom::CDKBucketDeployment": run(),

  // The routes here are always those of the template.
  "AWS::ApiGatewayV2::Deployment": inert({ attributes: { DeploymentId: itself } }),

  // Logs are files in the data folder, and nothing is measured.
  "AWS::CloudWatch::Alarm": inert({
    name: "AlarmName",
    attributes: { Arn: arnOf("cloudwatch", "alarm:") },
  }),
  "AWS::CloudWatch::CompositeAlarm": inert({
    name: "AlarmName",
    attributes: { Arn: arnOf("cloudwatch", "alarm:") },
  }),
  "AWS::CloudWatch::Dashboard": inert({ name: "DashboardName" }),
  "AWS::Logs::LogGroup": inert({
    name: "LogGroupName",
    attributes: { Arn: (name) => `${arn("logs", `log-group:${name}`)}:*` },
  }),
  "AWS::Logs::MetricFilter": inert(),
  "AWS::Logs::QueryDefinition": inert({ attributes: { QueryDefinitionId: itself } }),
  "Custom::LogRetention": inert(),

  // Topics and queues take what alarms and failed invocations send, which nobody reads here.
  "AWS::SNS::Subscription": inert(),
  "AWS::SNS::Topic": inert({
    name: "TopicName",
    ref: arnOf("sns", ""),
    attributes: { TopicArn: itself, TopicName: lastPart },
  }),
  "AWS::SNS::TopicPolicy": inert(),
  "AWS::SQS::Queue": inert({
    name: "QueueName",
    ref: (name) => `https://sqs.${REGION}.${URL_SUFFIX}/${ACCOUNT}/${name}`,
    attributes: {
      Arn: (url) => arn("sqs", lastPart(url)),
      QueueName: lastPart,
      QueueUrl: itself,
    },
  }),
  "AWS::SQS::QueuePolicy": inert(),

  // The site is served from the folder that a deployment would upload.
  "AWS::CloudFront::OriginAccessControl": inert({ attributes: { Id: itself } }),
  "AWS::Lambda::LayerVersion": inert(),
  "Custom::S3AutoDeleteObjects": inert(),

  // Nothing is billed, limited or counted for the account.
  "AWS::ApiGateway::Account": inert(),
  "AWS::ApplicationAutoScaling::ScalableTarget": inert(),
  "AWS::ApplicationAutoScaling::ScalingPolicy": inert(),
  "AWS::Budgets::Budget": inert(),
  "AWS::CDK::Metadata": inert(),
};

/** Why a type is refused, if there is more to say than that it is unknown. */
const REFUSED: Readonly<Record<string, string>> = {
  "AWS::ApiGatewayV2::ApiMapping": "there is no domain to map",
  "AWS::ApiGatewayV2::Authorizer": "authorizers are not run",
  "AWS::ApiGatewayV2::DomainName": "there is no domain to map",
  "AWS::ApiGatewayV2::Model": "messages are not validated",
  "AWS::CloudFormation::CustomResource": "custom resources are not run",
  "AWS::CloudFormation::Stack": "nested stacks are not read",
  "AWS::Cognito::UserPool": "there is no Cognito",
  "AWS::Kinesis::Stream": "there is no Kinesis",
  "AWS::KMS::Key": "nothing is encrypted",
  "AWS::Lambda::Alias": "one version of each function runs",
  "AWS::Lambda::EventSourceMapping": "there are no streams and no queues to read from",
  "AWS::Lambda::Url": "functions have no URLs",
  "AWS::Lambda::Version": "one version of each function runs",
  "AWS::Scheduler::Schedule": "only rules of EventBridge are run, not its Scheduler",
  "AWS::SecretsManager::Secret": "there is no Secrets Manager",
  "AWS::SSM::Parameter": "there is no Parameter Store",
  "AWS::StepFunctions::StateMachine": "there is no Step Functions",
};

export function resourceType(type: string): ResourceType | undefined {
  return Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
}

/** Why a type without a ResourceType is refused. */
export function refusedType(type: string): string {
  if (Object.hasOwn(REFUSED, type)) return REFUSED[type] ?? "";
  return type.startsWith("Custom::") ? "custom resources are not run" : "this type is not run";
}

/** Every accepted type, and every type that is refused for a reason of its own; for the docs. */
export const RESOURCE_TYPES = { accepted: TYPES, refused: REFUSED };
