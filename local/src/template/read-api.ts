import * as v from "valibot";
import { functionName, REGION, URL_SUFFIX } from "../arn.ts";
import type { FunctionResource } from "./read-functions.ts";
import { readRole } from "./read-roles.ts";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const Api = strict(
  {
    ProtocolType: v.literal("WEBSOCKET"),
    RouteSelectionExpression: v.pipe(
      v.string(),
      v.regex(
        /^(\$request\.body(\.\w+)+|\$\{request\.body(\.\w+)+\})$/,
        ({ input }) => `is ${input}; only a path in $request.body is selected by`,
      ),
    ),
    DisableExecuteApiEndpoint: v.optional(v.literal(false)),
  },
  "ApiKeySelectionExpression Description IpAddressType Name Tags",
);

const TIMEOUT = "must be from 50 to 29000";

const Integration = strict(
  {
    IntegrationType: v.literal("AWS_PROXY"),
    IntegrationUri: v.string(),
    TimeoutInMillis: v.optional(
      v.pipe(v.number(), v.minValue(50, TIMEOUT), v.maxValue(29_000, TIMEOUT)),
      29_000,
    ),
    CredentialsArn: v.optional(v.string()),
    PayloadFormatVersion: v.optional(v.literal("1.0")),
    // Messages are text already: binary frames are refused.
    ContentHandlingStrategy: v.optional(v.literal("CONVERT_TO_TEXT")),
  },
  "ApiId Description IntegrationMethod PassthroughBehavior",
  {
    RequestParameters: "requests are not mapped",
    RequestTemplates: "requests are not mapped",
  },
);

const NO_AUTHORIZER = "authorizers do not run here";

const Route = strict(
  {
    ApiKeyRequired: v.optional(v.literal(false)),
    AuthorizationType: v.optional(
      v.literal("NONE", ({ received }) => `is ${received}: ${NO_AUTHORIZER}`),
    ),
    RouteKey: v.string(),
    RouteResponseSelectionExpression: v.optional(v.literal("$default")),
    Target: v.string(),
  },
  "ApiId OperationName",
  { AuthorizerId: NO_AUTHORIZER, RequestModels: "messages are not validated" },
);

const RouteResponse = strict(
  { RouteId: v.string(), RouteResponseKey: v.literal("$default") },
  "ApiId",
);

/** If only one of the two limits is set, the other one is 0, which admits nothing. */
const RouteSettings = v.pipe(
  strict(
    {
      ThrottlingBurstLimit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
      ThrottlingRateLimit: v.optional(v.pipe(v.number(), v.minValue(0))),
    },
    "DataTraceEnabled DetailedMetricsEnabled LoggingLevel",
  ),
  // A token bucket: `burst` requests at once, `rate` a second in the long run.
  v.transform(({ ThrottlingBurstLimit: burst, ThrottlingRateLimit: rate }) =>
    burst === undefined && rate === undefined ? undefined : { rate: rate ?? 0, burst: burst ?? 0 },
  ),
);

const Stage = strict(
  {
    StageName: v.string(),
    StageVariables: v.optional(v.record(v.string(), v.string())),
    DefaultRouteSettings: v.optional(RouteSettings),
    RouteSettings: v.optional(v.record(v.string(), RouteSettings), {}),
  },
  "AccessLogSettings ApiId AutoDeploy DeploymentId Description Tags",
);

/** The stack's WebSocket API with its one stage, if it has one. */
export function readApi(template: Template, functions: readonly FunctionResource[]) {
  const [api, ...otherApis] = template.all("AWS::ApiGatewayV2::Api", Api);
  const [stage, ...otherStages] = template.all("AWS::ApiGatewayV2::Stage", Stage);
  for (const { id } of otherApis) template.refuse(id, "only one WebSocket API runs");
  for (const { id } of otherStages) template.refuse(id, "only one stage runs");
  if (api === undefined || stage === undefined) return undefined;
  const { DefaultRouteSettings, RouteSettings, StageName, StageVariables } = stage.properties;
  const routes = readRoutes(template, functions, RouteSettings);
  for (const key of Object.keys(RouteSettings)) {
    if (!routes.has(key)) template.refuse(stage.id, `RouteSettings.${key} is of no route`, key);
  }
  return {
    id: api.name,
    domainName: `${api.name}.execute-api.${REGION}.${URL_SUFFIX}`,
    stage: StageName,
    stageVariables: StageVariables,
    /** The path of the route key in a message's body. */
    selection: api.properties.RouteSelectionExpression.match(/\w+/g)?.slice(2) ?? [],
    routes,
    /** For the routes that have no throttle of their own. */
    throttle: DefaultRouteSettings,
  };
}

export type ApiDefinition = NonNullable<ReturnType<typeof readApi>>;

function readRoutes(
  template: Template,
  functions: readonly FunctionResource[],
  settings: v.InferOutput<typeof Stage>["RouteSettings"],
) {
  const integrations = template.all("AWS::ApiGatewayV2::Integration", Integration);
  const responses = template.all("AWS::ApiGatewayV2::RouteResponse", RouteResponse);
  const routes = template.all("AWS::ApiGatewayV2::Route", Route).flatMap((route) => {
    const { RouteKey, RouteResponseSelectionExpression, Target } = route.properties;
    const integration = integrations.find(({ name }) => Target === `integrations/${name}`);
    const uri = integration?.properties.IntegrationUri ?? "";
    const arn = /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? "";
    const invoked = functions.find(({ name }) => name === functionName(arn));
    if (integration === undefined || invoked === undefined) {
      template.refuse(route.id, "its integration is no function of the stack", [Target, uri]);
      return [];
    }
    const { CredentialsArn, TimeoutInMillis } = integration.properties;
    const definition = {
      function: invoked.name,
      /** The role in which API Gateway invokes the function, instead of by the function's permission. */
      credentials:
        CredentialsArn === undefined
          ? undefined
          : readRole(template, integration.id, CredentialsArn),
      /** In milliseconds. */
      timeout: TimeoutInMillis,
      /** Whether what the function returns is sent to the client. */
      responds:
        RouteResponseSelectionExpression !== undefined &&
        responses.some(({ properties }) => properties.RouteId === route.name),
      throttle: settings[RouteKey],
    };
    return [[RouteKey, definition] as const];
  });
  return new Map(routes);
}

export type RouteDefinition =
  ReturnType<typeof readRoutes> extends Map<string, infer R> ? R : never;
