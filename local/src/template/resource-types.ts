import { ACCOUNT, PARTITION, REGION, URL_SUFFIX } from "../aws/place.ts";

/** How one machine treats a resource type. A type that is not listed here is refused by name. */
export interface ResourceType {
  /** `run` acts here, `inert` has nothing to act on. */
  readonly how: "run" | "inert";
  /** The property that names the resource, where its logical id does not. */
  readonly name?: string;
  /** What Ref gives, where that is not the name. */
  readonly ref?: (name: string) => string;
  /** What Fn::GetAtt may ask for, of what Ref gives. */
  readonly attributes?: Readonly<Record<string, (name: string) => string>>;
}

const arn = (service: string, resource: string) => (name: string) =>
  `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}${name}`;

const table: ResourceType = {
  how: "run",
  name: "TableName",
  attributes: { Arn: arn("dynamodb", "table/") },
};

export const RESOURCES: Readonly<Record<string, ResourceType>> = {
  "AWS::ApiGatewayV2::Api": {
    how: "run",
    attributes: {
      ApiEndpoint: (name) => `wss://${name}.execute-api.${REGION}.${URL_SUFFIX}`,
      ApiId: (name) => name,
    },
  },
  "AWS::ApiGatewayV2::Integration": { how: "run" },
  "AWS::ApiGatewayV2::Route": { how: "run" },
  "AWS::ApiGatewayV2::RouteResponse": { how: "run" },
  "AWS::ApiGatewayV2::Stage": { how: "run", name: "StageName" },
  "AWS::CloudFront::Distribution": {
    how: "run",
    attributes: {
      DomainName: (name) => `${name.toLowerCase()}.cloudfront.net`,
      Id: (name) => name,
    },
  },
  "AWS::CloudFront::ResponseHeadersPolicy": {
    how: "run",
    attributes: { Id: (name) => name },
  },
  "AWS::CloudFront::Function": {
    how: "run",
    attributes: {
      FunctionARN: (name) => `arn:${PARTITION}:cloudfront::${ACCOUNT}:function/${name}`,
    },
  },
  "AWS::DynamoDB::GlobalTable": table,
  "AWS::DynamoDB::Table": table,
  "AWS::Events::Rule": { how: "run", name: "Name", attributes: { Arn: arn("events", "rule/") } },
  "AWS::Lambda::EventInvokeConfig": { how: "run" },
  "AWS::Lambda::Function": {
    how: "run",
    name: "FunctionName",
    attributes: { Arn: arn("lambda", "function:") },
  },
  "Custom::CDKBucketDeployment": { how: "run" },

  "AWS::IAM::ManagedPolicy": {
    how: "run",
    name: "ManagedPolicyName",
    ref: (name) => `arn:${PARTITION}:iam::${ACCOUNT}:policy/${name}`,
    attributes: { PolicyArn: (arn) => arn },
  },
  "AWS::IAM::Policy": { how: "run" },
  "AWS::IAM::Role": {
    how: "run",
    name: "RoleName",
    attributes: {
      Arn: (name) => `arn:${PARTITION}:iam::${ACCOUNT}:role/${name}`,
      RoleId: (name) => name,
    },
  },
  "AWS::Lambda::Permission": { how: "run" },

  // The routes here are always those of the template.
  "AWS::ApiGatewayV2::Deployment": { how: "inert", attributes: { DeploymentId: (name) => name } },

  // Logs are files in the data folder.
  "AWS::Logs::LogGroup": {
    how: "inert",
    name: "LogGroupName",
    attributes: { Arn: (name) => `${arn("logs", "log-group:")(name)}:*` },
  },

  // The site is served from the folder that a deployment would upload.
  "AWS::CloudFront::OriginAccessControl": { how: "inert", attributes: { Id: (name) => name } },
  "AWS::Lambda::LayerVersion": { how: "inert" },
  "AWS::S3::Bucket": {
    how: "inert",
    name: "BucketName",
    attributes: {
      Arn: (name) => `arn:${PARTITION}:s3:::${name}`,
      DomainName: (name) => `${name.toLowerCase()}.s3.${URL_SUFFIX}`,
      RegionalDomainName: (name) => `${name.toLowerCase()}.s3.${REGION}.${URL_SUFFIX}`,
    },
  },
  "AWS::S3::BucketPolicy": { how: "inert" },
  "Custom::LogRetention": { how: "inert" },
  "Custom::S3AutoDeleteObjects": { how: "inert" },

  "AWS::ApiGateway::Account": { how: "inert" },
  "AWS::ApplicationAutoScaling::ScalableTarget": { how: "inert" },
  "AWS::ApplicationAutoScaling::ScalingPolicy": { how: "inert" },
  "AWS::CDK::Metadata": { how: "inert" },
};
