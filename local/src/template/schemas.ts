import * as v from "valibot";

// The properties that one machine acts on, and those that mean nothing here. Strict objects
// refuse the rest by name, so that nothing is left out silently.

export const inert = v.optional(v.unknown());
const strings = v.record(v.string(), v.string());
const keySchema = v.array(v.object({ AttributeName: v.string(), KeyType: v.string() }));

const indexes = v.optional(
  v.array(v.looseObject({ IndexName: v.string(), KeySchema: keySchema, Projection: v.unknown() })),
);

export const Table = v.strictObject({
  TableName: inert,
  AttributeDefinitions: v.array(v.object({ AttributeName: v.string(), AttributeType: v.string() })),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: indexes,
  LocalSecondaryIndexes: indexes,
  BillingMode: inert,
  ContributorInsightsSpecification: inert,
  DeletionProtectionEnabled: inert,
  OnDemandThroughput: inert,
  PointInTimeRecoverySpecification: inert,
  ProvisionedThroughput: inert,
  Replicas: inert,
  SSESpecification: inert,
  TableClass: inert,
  Tags: inert,
  // dynalite removes nothing by itself; in DynamoDB that may take days too.
  TimeToLiveSpecification: inert,
  WarmThroughput: inert,
});

export const LambdaFunction = v.strictObject({
  FunctionName: inert,
  Code: v.union(
    [
      v.object({ S3Key: v.string() }),
      v.object({ S3Key: v.optional(v.undefined()), ZipFile: v.string() }),
    ],
    "only an asset of the app or inline code can be run",
  ),
  Handler: v.string(),
  Runtime: v.pipe(
    v.string(),
    v.regex(/^nodejs(18|20|22|24)\.x$/, (issue) => `${issue.input} is no nodejs18.x to nodejs24.x`),
  ),
  MemorySize: v.optional(v.number(), 128),
  Timeout: v.optional(v.number(), 3),
  ReservedConcurrentExecutions: v.optional(v.number()),
  Environment: v.optional(v.object({ Variables: v.optional(strings, {}) })),
  LoggingConfig: v.optional(v.looseObject({ LogGroup: v.optional(v.string()) })),
  PackageType: v.optional(v.literal("Zip")),
  Architectures: inert,
  Description: inert,
  EphemeralStorage: inert,
  Role: v.optional(v.string()),
  RuntimeManagementConfig: inert,
  Tags: inert,
  TracingConfig: inert,
});

export const EventInvokeConfig = v.strictObject({
  FunctionName: v.string(),
  MaximumEventAgeInSeconds: v.optional(v.number()),
  MaximumRetryAttempts: v.optional(v.number()),
  Qualifier: v.literal("$LATEST"),
});

export const Api = v.strictObject({
  ProtocolType: v.literal("WEBSOCKET"),
  RouteSelectionExpression: v.pipe(
    v.string(),
    v.regex(/^(\$request\.body(\.\w+)+|\$\{request\.body(\.\w+)+\})$/),
  ),
  ApiKeySelectionExpression: inert,
  DisableExecuteApiEndpoint: v.optional(v.literal(false)),
  IpAddressType: inert,
  Description: inert,
  Name: inert,
  Tags: inert,
});

export const Integration = v.strictObject({
  ApiId: inert,
  IntegrationType: v.literal("AWS_PROXY"),
  IntegrationUri: v.string(),
  TimeoutInMillis: v.optional(v.pipe(v.number(), v.minValue(50), v.maxValue(29_000)), 29_000),
  Description: inert,
  IntegrationMethod: inert,
  PassthroughBehavior: inert,
  PayloadFormatVersion: v.optional(v.literal("1.0")),
});

export const Route = v.strictObject({
  ApiId: inert,
  ApiKeyRequired: v.optional(v.literal(false)),
  AuthorizationType: v.optional(v.literal("NONE")),
  RouteKey: v.string(),
  RouteResponseSelectionExpression: v.optional(v.literal("$default")),
  Target: v.string(),
  OperationName: inert,
});

export const RouteResponse = v.strictObject({
  ApiId: inert,
  RouteId: v.string(),
  RouteResponseKey: v.literal("$default"),
});

/** Whoever sets one limit has the other at 0, which admits nothing: both belong together. */
const routeSettings = v.pipe(
  v.strictObject({
    ThrottlingBurstLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    ThrottlingRateLimit: v.optional(v.pipe(v.number(), v.minValue(0))),
    DataTraceEnabled: inert,
    DetailedMetricsEnabled: inert,
    LoggingLevel: inert,
  }),
  v.transform(({ ThrottlingBurstLimit: burst, ThrottlingRateLimit: rate }) =>
    burst === undefined && rate === undefined ? undefined : { rate: rate ?? 0, burst: burst ?? 0 },
  ),
);

export const Stage = v.strictObject({
  StageName: v.string(),
  StageVariables: v.optional(strings),
  AccessLogSettings: inert,
  ApiId: inert,
  AutoDeploy: inert,
  DeploymentId: inert,
  Description: inert,
  Tags: inert,
  DefaultRouteSettings: v.optional(routeSettings),
  RouteSettings: v.optional(v.record(v.string(), routeSettings), {}),
});

export const Rule = v.strictObject({
  Name: inert,
  ScheduleExpression: v.pipe(
    v.string(),
    v.regex(/^rate\(\d+ (minute|hour|day)s?\)$/, "only rate(...) can be run"),
  ),
  State: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
  Targets: v.array(
    v.strictObject({
      Arn: v.string(),
      Id: v.string(),
      Input: v.optional(v.string()),
      RetryPolicy: inert,
    }),
  ),
  Description: inert,
});

export const BucketDeployment = v.strictObject({
  SourceObjectKeys: v.array(v.string()),
  Exclude: v.optional(v.array(v.string()), []),
  Include: v.optional(v.array(v.string()), []),
  SystemMetadata: v.optional(strings, {}),
  DestinationBucketName: v.string(),
  DestinationBucketKeyPrefix: v.optional(v.literal("")),
  DistributionId: inert,
  DistributionPaths: inert,
  OutputObjectKeys: inert,
  Prune: inert,
  RetainOnDelete: inert,
  ServiceToken: inert,
  SourceBucketNames: inert,
  SourceMarkers: inert,
  WaitForDistributionInvalidation: inert,
});
