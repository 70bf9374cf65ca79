import type * as v from "valibot";
import { REGION, URL_SUFFIX } from "../aws/place.ts";
import { type InvokePermission, readInvokePermissions } from "../iam/invoke-permission.ts";
import { type Role, readRole } from "../iam/role.ts";
import { StartError } from "../start-error.ts";
import type { Assembly } from "./assembly.ts";
import * as cloudfront from "./cloudfront-schemas.ts";
import { type Headers, readResponseHeaders } from "./response-headers.ts";
import * as schemas from "./schemas.ts";
import { type Resource, Template } from "./template.ts";

type Properties<Schema extends v.GenericSchema> = v.InferOutput<Schema>;

export interface FunctionDefinition {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  /** The folder of the bundle. */
  readonly code: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memorySize: number;
  /** In seconds. */
  readonly timeout: number;
  readonly concurrency?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** What it may do. */
  readonly role: Role;
  /** Who else may invoke it. */
  readonly permissions: readonly InvokePermission[];
  readonly logGroup: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAge: number;
}

/** A function as the template has it: its code is an asset, a folder or a zip file, or a text. */
export interface FunctionResource extends Omit<FunctionDefinition, "code"> {
  readonly code: { readonly asset: string } | { readonly inline: string };
}

/** A token bucket: `burst` requests at once, `rate` a second in the long run. */
export interface ThrottleDefinition {
  readonly rate: number;
  readonly burst: number;
}

export interface RouteDefinition {
  /** The name of the function. */
  readonly function: string;
  /** In milliseconds. */
  readonly timeout: number;
  /** Whether what the function returns goes back to the client. */
  readonly responds: boolean;
  readonly throttle?: ThrottleDefinition;
}

export interface ApiDefinition {
  readonly id: string;
  /** The execute-api host. */
  readonly domainName: string;
  readonly stage: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** The path of the route key in a message's body. */
  readonly selection: readonly string[];
  readonly routes: ReadonlyMap<string, RouteDefinition>;
  /** Of the routes that have none of their own. */
  readonly throttle?: ThrottleDefinition;
}

export type TableDefinition = Resource<Properties<typeof schemas.Table>>;
export type ScheduleDefinition = Resource<Properties<typeof schemas.Rule>>;
export type DeploymentDefinition = Properties<typeof schemas.BucketDeployment> & {
  readonly folders: readonly string[];
};
export type DistributionDefinition = Properties<
  typeof cloudfront.Distribution
>["DistributionConfig"] & {
  readonly domainName: unknown;
  /** What its policy adds to each answer of the site. */
  readonly headers: Headers;
  /** The code of CloudFront's functions, by ARN. */
  readonly functions: ReadonlyMap<string, string>;
};

/** The parts of a template that run. */
export interface Stack {
  readonly api: ApiDefinition;
  readonly functions: readonly FunctionResource[];
  readonly tables: readonly TableDefinition[];
  readonly schedules: readonly ScheduleDefinition[];
  readonly distribution?: DistributionDefinition;
  readonly deployments: readonly DeploymentDefinition[];
}

export function readStack({ template: file, assets }: Assembly): Stack {
  const template = new Template(file);
  const distribution = atMostOne(
    "AWS::CloudFront::Distribution",
    template.all("AWS::CloudFront::Distribution", cloudfront.Distribution),
  );
  const api = readApi(template);
  const functions = readFunctions(template, assets);
  for (const [key, route] of api.routes) {
    if (!functions.some(({ name }) => name === route.function)) {
      throw new StartError(
        `Natter cannot run the route ${key}: ${route.function} is no function of the stack.`,
      );
    }
  }
  return {
    api,
    functions,
    tables: ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"].flatMap((type) =>
      template.all(type, schemas.Table),
    ),
    schedules: template.all("AWS::Events::Rule", schemas.Rule),
    ...(distribution && {
      distribution: {
        ...distribution.properties.DistributionConfig,
        domainName: template.getAtt(distribution.id, "DomainName"),
        headers: readResponseHeaders(
          template,
          distribution.properties.DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId,
        ),
        functions: new Map(
          template
            .all("AWS::CloudFront::Function", cloudfront.CloudFrontFunction)
            .map(({ id, properties }) => [
              String(template.getAtt(id, "FunctionARN")),
              properties.FunctionCode,
            ]),
        ),
      },
    }),
    deployments: template
      .all("Custom::CDKBucketDeployment", schemas.BucketDeployment)
      .map(({ properties }) => ({
        ...properties,
        folders: properties.SourceObjectKeys.map((key) => asset(assets, key)),
      })),
  };
}

function readFunctions(template: Template, assets: Assembly["assets"]): FunctionResource[] {
  const deployment = template.deploymentFunctions();
  const runs = (id: string) => !deployment.has(template.getAtt(id, "Arn"));
  const permissions = readInvokePermissions(template);
  const configs = template.all("AWS::Lambda::EventInvokeConfig", schemas.EventInvokeConfig);
  return template
    .all("AWS::Lambda::Function", schemas.LambdaFunction, runs)
    .map(({ id, name, properties }) => {
      const config = configs.find(({ properties }) => properties.FunctionName === name)?.properties;
      return {
        id,
        name,
        arn: String(template.getAtt(id, "Arn")),
        code:
          properties.Code.S3Key === undefined
            ? { inline: properties.Code.ZipFile }
            : { asset: asset(assets, properties.Code.S3Key) },
        handler: properties.Handler,
        runtime: properties.Runtime,
        memorySize: properties.MemorySize,
        timeout: properties.Timeout,
        concurrency: properties.ReservedConcurrentExecutions,
        environment: properties.Environment?.Variables ?? {},
        role: readRole(template, id, properties.Role),
        permissions: permissions.filter((one) => functionName(one.function) === name),
        logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
        maximumRetryAttempts: config?.MaximumRetryAttempts ?? 2,
        maximumEventAge: config?.MaximumEventAgeInSeconds ?? 21_600,
      };
    });
}

function readApi(template: Template): ApiDefinition {
  const api = atMostOne("WebSocket API", template.all("AWS::ApiGatewayV2::Api", schemas.Api));
  const stage = atMostOne("stage", template.all("AWS::ApiGatewayV2::Stage", schemas.Stage));
  if (api === undefined || stage === undefined) {
    throw new StartError(
      "Natter runs a stack with a WebSocket API and a stage, and this one has none.",
    );
  }
  const integrations = template.all("AWS::ApiGatewayV2::Integration", schemas.Integration);
  const responses = template.all("AWS::ApiGatewayV2::RouteResponse", schemas.RouteResponse);
  const routes = template
    .all("AWS::ApiGatewayV2::Route", schemas.Route)
    .map(({ id, name, properties }): [string, RouteDefinition] => {
      const integration = integrations.find(
        ({ name }) => properties.Target === `integrations/${name}`,
      )?.properties;
      const arn =
        integration && /functions\/(arn:[^/]+)\/invocations$/.exec(integration.IntegrationUri);
      if (!integration || !arn?.[1]) {
        throw new StartError(
          `Natter cannot run the route ${id}: its target is no Lambda function.`,
        );
      }
      return [
        properties.RouteKey,
        {
          function: functionName(arn[1]),
          timeout: integration.TimeoutInMillis,
          responds:
            properties.RouteResponseSelectionExpression !== undefined &&
            responses.some(({ properties }) => properties.RouteId === name),
          throttle: stage.properties.RouteSettings[properties.RouteKey],
        },
      ];
    });
  const unknown = Object.keys(stage.properties.RouteSettings).find(
    (key) => !routes.some(([known]) => known === key),
  );
  if (unknown !== undefined) {
    throw new StartError(`The stage ${stage.id} has settings for ${unknown}, which is no route.`);
  }
  return {
    id: api.name,
    domainName: `${api.name}.execute-api.${REGION}.${URL_SUFFIX}`,
    stage: stage.properties.StageName,
    stageVariables: stage.properties.StageVariables,
    selection: api.properties.RouteSelectionExpression.match(/\w+/g)?.slice(2) ?? [],
    routes: new Map(routes),
    throttle: stage.properties.DefaultRouteSettings,
  };
}

/** The name in a function's ARN, qualified or not; a bare name stays as it is. */
export function functionName(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:[^:]+:lambda:[^:]*:[^:]*:function:/, "").replace(/:[^:]+$/, "");
}

function asset(assets: Assembly["assets"], key: string): string {
  const path = assets.get(key);
  if (path === undefined) throw new StartError(`The synthesised output lacks the asset ${key}.`);
  return path;
}

function atMostOne<T>(what: string, found: readonly T[]): T | undefined {
  if (found.length > 1) {
    throw new StartError(`Natter runs a stack with one ${what}, and this one has ${found.length}.`);
  }
  return found[0];
}
