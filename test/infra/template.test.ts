import { statSync } from "node:fs";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { bundleOf, type Resource, readOutputs, readResources } from "../support/template.ts";

/** The properties of the deployed template that the design relies on. */

let resources: Record<string, Resource>;
beforeAll(() => {
  resources = readResources(inject("cdkOut"));
});

function ofType(type: string): [string, Resource][] {
  return Object.entries(resources).filter(([, resource]) => resource.Type === type);
}

function only(type: string, id: RegExp): [string, Resource] {
  const found = ofType(type).filter(([name]) => id.test(name));
  const [one] = found;
  if (!one || found.length > 1) throw new Error(`${found.length} of ${type} match ${id}`);
  return one;
}

const ours = /^Functions(Socket|Deliver|Open|Sweep)[0-9A-F]{8}$/;

describe("the tables", () => {
  test("are three, on demand, with TTL", () => {
    const tables = ofType("AWS::DynamoDB::GlobalTable");
    expect(tables).toHaveLength(3);
    for (const [, { Properties }] of tables) {
      expect(Properties).toMatchObject({
        BillingMode: "PAY_PER_REQUEST",
        TimeToLiveSpecification: { AttributeName: "expiresAt", Enabled: true },
      });
      expect(Properties).not.toHaveProperty("GlobalSecondaryIndexes");
    }
  });

  test.each([
    ["Connections", ["connectionId"], "Delete", false],
    ["Rooms", ["room", "entry"], "RetainExceptOnCreate", true],
    ["History", ["room", "seq"], "RetainExceptOnCreate", true],
  ])(
    "%s is keyed by %j, has the deletion policy %s, and point-in-time recovery: %s",
    (name, keys, policy, recoverable) => {
      const [, table] = only("AWS::DynamoDB::GlobalTable", new RegExp(`^Tables${name}`));
      const schema = table.Properties.KeySchema as { AttributeName: string }[];
      expect(schema.map(({ AttributeName }) => AttributeName)).toEqual(keys);
      expect(table.DeletionPolicy).toBe(policy);
      const [replica] = table.Properties.Replicas as Record<string, unknown>[];
      expect(replica?.PointInTimeRecoverySpecification).toEqual(
        recoverable ? { PointInTimeRecoveryEnabled: true } : undefined,
      );
    },
  );
});

describe("the bucket of files", () => {
  const bucket = () => only("AWS::S3::Bucket", /^FilesBucket/)[1];

  test("is private, versioned, and kept when the stack is deleted", () => {
    expect(bucket()).toMatchObject({
      DeletionPolicy: "RetainExceptOnCreate",
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        VersioningConfiguration: { Status: "Enabled" },
      },
    });
  });

  test("takes TLS only", () => {
    const [, policy] = only("AWS::S3::BucketPolicy", /^FilesBucket/);
    expect(policy.Properties.PolicyDocument).toMatchObject({
      Statement: [
        {
          Effect: "Deny",
          Action: "s3:*",
          Principal: { AWS: "*" },
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  test("lets the site's pages post and read, and forgets within days what no message has", () => {
    const { CorsConfiguration: cors, LifecycleConfiguration: lifecycle } = bucket().Properties;
    expect(cors).toMatchObject({ CorsRules: [{ AllowedMethods: ["POST", "GET"] }] });
    expect(JSON.stringify(cors)).toMatch(/"AllowedOrigins":\[\{[^\]]*SiteDistribution/);
    expect(lifecycle).toMatchObject({
      Rules: [
        {
          ExpirationInDays: 1,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          TagFilters: [{ Key: "unclaimed", Value: "true" }],
        },
        { ExpiredObjectDeleteMarker: true },
      ],
    });
  });

  test("is reached through a distribution of its own, whose origin is the page's only other one", () => {
    const [, headers] = only("AWS::CloudFront::ResponseHeadersPolicy", /^SiteHeaders/);
    const policy = JSON.stringify(headers.Properties);
    const origin = policy.match(/"Fn::GetAtt":\["FilesDistribution\w+","DomainName"\]/g);
    // For pictures, for what is played, and for requests.
    expect(origin).toHaveLength(3);
    expect(policy).not.toMatch(/unsafe|data:|blob:|https:\/\/[a-z*]/);
    const [, own] = only("AWS::CloudFront::ResponseHeadersPolicy", /^FilesHeaders/);
    expect(JSON.stringify(own.Properties)).toContain("default-src 'none'; sandbox");
    expect(own.Properties).toMatchObject({
      ResponseHeadersPolicyConfig: {
        SecurityHeadersConfig: { ContentTypeOptions: { Override: true } },
      },
    });
  });
});

describe("the functions", () => {
  test("are one for each entry, on arm64 and Node 24, with memory, timeout and a log group", () => {
    const functions = ofType("AWS::Lambda::Function").filter(([id]) => ours.test(id));
    expect(functions).toHaveLength(4);
    for (const [id, { Properties }] of functions) {
      expect(Properties, id).toMatchObject({
        Architectures: ["arm64"],
        Runtime: "nodejs24.x",
        MemorySize: expect.any(Number),
        Timeout: expect.any(Number),
        LoggingConfig: { LogGroup: { Ref: expect.any(String) } },
      });
      // New accounts have a concurrency of 10 in all.
      expect(Properties, id).not.toHaveProperty("ReservedConcurrentExecutions");
    }
  });

  test("that serve routes end within API Gateway's 29 s", () => {
    const [, socket] = only("AWS::Lambda::Function", /^FunctionsSocket/);
    expect(socket.Properties.Timeout).toBeLessThan(29);
  });

  test.each([
    ["Socket", 700],
    ["Deliver", 700],
    ["Sweep", 700],
    ["Open", 250],
  ])("%s has a bundle of at most %i KB", (name, most) => {
    const { size } = statSync(bundleOf(inject("cdkOut"), name));
    expect(size).toBeLessThanOrEqual(most * 1_000);
  });

  test("have log groups that keep lines for 30 days, and so has the site's uploader", () => {
    for (const [id, { Properties, DeletionPolicy }] of ofType("AWS::Logs::LogGroup")) {
      expect(Properties.RetentionInDays, id).toBe(30);
      expect(DeletionPolicy, id).toBe("Delete");
    }
    const [, uploader] = only("AWS::Lambda::Function", /^CustomCDKBucketDeployment/);
    expect(JSON.stringify(uploader.Properties.LoggingConfig)).toMatch(/SiteUploads/);
  });

  test.each([
    ["Deliver", 300],
    ["Open", 60],
    ["Sweep", 60],
  ])("%s gets no event twice, and none that has waited for more than %i s", (name, seconds) => {
    const [, config] = only("AWS::Lambda::EventInvokeConfig", new RegExp(`^Functions${name}`));
    expect(config.Properties).toMatchObject({
      MaximumEventAgeInSeconds: seconds,
      MaximumRetryAttempts: 0,
    });
  });
});

describe("the roles", () => {
  interface Statement {
    Effect: string;
    Action: string | string[];
    Resource: unknown;
  }

  function statements(name: string): Statement[] {
    const policies = ofType("AWS::IAM::Policy").filter(([, { Properties }]) =>
      JSON.stringify(Properties.Roles).includes(`"Functions${name}Role`),
    );
    return policies.flatMap(
      ([, { Properties }]) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement,
    );
  }

  test("have no managed policy and no wildcard action", () => {
    for (const [id, role] of ofType("AWS::IAM::Role")) {
      if (/^Functions/.test(id))
        expect(role.Properties, id).not.toHaveProperty("ManagedPolicyArns");
    }
    for (const name of ["Socket", "Deliver", "Open", "Sweep"]) {
      for (const { Action, Resource } of statements(name)) {
        expect([Action].flat().join(" "), name).not.toContain("*");
        expect(Resource, name).not.toBe("*");
      }
    }
  });

  test("let only the sweep scan", () => {
    const scans = ["Socket", "Deliver", "Open", "Sweep"].filter((name) =>
      JSON.stringify(statements(name)).includes("dynamodb:Scan"),
    );
    expect(scans).toEqual(["Sweep"]);
  });

  test("reach connections of the stage ws only", () => {
    for (const name of ["Socket", "Deliver", "Open", "Sweep"]) {
      const manage = statements(name).filter(
        ({ Action }) => Action === "execute-api:ManageConnections",
      );
      expect(manage, name).toHaveLength(1);
      expect(JSON.stringify(manage), name).toContain("/ws/POST/@connections/*");
    }
  });
});

describe("the WebSocket API", () => {
  test("selects routes by the action of the body, and has the five of the contract", () => {
    const [, api] = only("AWS::ApiGatewayV2::Api", /./);
    expect(api.Properties).toMatchObject({
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    const keys = ofType("AWS::ApiGatewayV2::Route").map(([, route]) => route.Properties.RouteKey);
    expect(keys.toSorted()).toEqual(["$connect", "$default", "$disconnect", "joinRoom", "message"]);
  });

  test("answers on every route that frames reach", () => {
    const answering = ofType("AWS::ApiGatewayV2::RouteResponse").map(
      ([, { Properties }]) => (Properties.RouteId as { Ref: string }).Ref,
    );
    for (const [id, { Properties }] of ofType("AWS::ApiGatewayV2::Route")) {
      const frames = !["$connect", "$disconnect"].includes(String(Properties.RouteKey));
      expect(answering.includes(id), String(Properties.RouteKey)).toBe(frames);
      expect(Properties.RouteResponseSelectionExpression === "$default").toBe(frames);
    }
  });

  test("has one integration, which each route may invoke by a permission of its own", () => {
    expect(ofType("AWS::ApiGatewayV2::Integration")).toHaveLength(1);
    const permissions = ofType("AWS::Lambda::Permission").filter(
      ([, { Properties }]) => Properties.Principal === "apigateway.amazonaws.com",
    );
    const sources = permissions.map(([, { Properties }]) => JSON.stringify(Properties.SourceArn));
    expect(new Set(sources).size).toBe(5);
  });

  test("deploys a throttled stage ws by itself, after its routes", () => {
    const [, stage] = only("AWS::ApiGatewayV2::Stage", /./);
    const throttle = {
      ThrottlingRateLimit: expect.any(Number),
      ThrottlingBurstLimit: expect.any(Number),
    };
    expect(stage.Properties).toMatchObject({
      StageName: "ws",
      AutoDeploy: true,
      DefaultRouteSettings: throttle,
      RouteSettings: { message: throttle, joinRoom: throttle },
    });
    const routes = ofType("AWS::ApiGatewayV2::Route").map(([id]) => id);
    expect(stage.DependsOn).toEqual(expect.arrayContaining(routes));
  });
});

describe("the site", () => {
  test("is a private bucket behind CloudFront", () => {
    const [, bucket] = only("AWS::S3::Bucket", /^SiteBucket/);
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(ofType("AWS::CloudFront::OriginAccessControl")).toHaveLength(1);
  });

  test("is uploaded only when a failed deployment could empty the bucket again", () => {
    const needed = ["AWS::S3::BucketPolicy", "Custom::S3AutoDeleteObjects"].map(
      (type) => only(type, /^SiteBucket/)[0],
    );
    const [, files] = only("Custom::CDKBucketDeployment", /^SiteFiles/);
    expect(files.DependsOn).toEqual(expect.arrayContaining(needed));
  });

  test("lets only files with a hash in their name be cached for a year", () => {
    const [, files] = only("Custom::CDKBucketDeployment", /^SiteFiles/);
    expect(files.Properties).toMatchObject({ Exclude: ["*"], Include: ["assets/*"] });
    expect(files.Properties.SystemMetadata).toEqual({
      "cache-control": "max-age=31536000, immutable",
    });
    const [, page] = only("Custom::CDKBucketDeployment", /^SitePage/);
    expect(page.Properties).toMatchObject({ Exclude: ["assets/*"] });
    expect(page.Properties.SystemMetadata).toEqual({ "cache-control": "no-cache" });
  });

  test("has the stack and the Region in its names that CloudFront keeps unique in an account", () => {
    const [, access] = only("AWS::CloudFront::OriginAccessControl", /./);
    const policies = ofType("AWS::CloudFront::ResponseHeadersPolicy").map(([, policy]) => policy);
    expect(policies).toHaveLength(2);
    for (const { Properties } of [access, ...policies]) {
      expect(JSON.stringify(Properties)).toMatch(
        /"Name":\{"Fn::Join":\["",\["Natter-",\{"Ref":"AWS::Region"\}/,
      );
    }
  });

  test("sends a Content-Security-Policy that allows the page's own scripts alone, and none made from text", () => {
    const [id, policy] = only("AWS::CloudFront::ResponseHeadersPolicy", /^SiteHeaders/);
    const [, distribution] = only("AWS::CloudFront::Distribution", /^Site/);
    expect(distribution.Properties.DistributionConfig).toMatchObject({
      DefaultCacheBehavior: { ResponseHeadersPolicyId: { Ref: id } },
    });
    const sent = JSON.stringify(policy.Properties);
    expect(sent).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(sent).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
    expect(sent).not.toContain("unsafe");
    expect(sent).toContain('"FrameOption":"DENY"');
    expect(sent).toContain('"ContentTypeOptions":{"Override":true}');
    expect(sent).toContain('"AccessControlMaxAgeSec":31536000');
  });

  test("has the socket beside it at /ws and /socket.io, with a slash or without, uncached and without the viewer's Host", () => {
    const [, distribution] = only("AWS::CloudFront::Distribution", /^Site/);
    const config = distribution.Properties.DistributionConfig as {
      CacheBehaviors: {
        PathPattern: string;
        TargetOriginId: string;
        FunctionAssociations?: unknown[];
      }[];
      Origins: { Id: string; DomainName: unknown; OriginPath?: string }[];
    };
    const paths = config.CacheBehaviors.map(({ PathPattern }) => PathPattern);
    expect(paths).toEqual(["/ws", "/ws/", "/socket.io", "/socket.io/"]);
    for (const behavior of config.CacheBehaviors) {
      expect(behavior).toMatchObject({
        // Managed policies: CachingDisabled and AllViewerExceptHostHeader.
        CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
      });
      const origin = config.Origins.find(({ Id }) => Id === behavior.TargetOriginId);
      expect(JSON.stringify(origin?.DomainName)).toContain(".execute-api.");
      // The path /ws is the stage's own; a function leads the other one to it.
      expect(origin).not.toHaveProperty("OriginPath");
      const led = behavior.PathPattern.startsWith("/socket.io");
      expect(behavior.FunctionAssociations ?? []).toHaveLength(led ? 1 : 0);
    }
  });
});

test("CloudFront alone has the key to the API, which no deployment prints", () => {
  const roles = ["Socket", "Deliver"].map(
    (name) => only("AWS::IAM::Role", new RegExp(`^Functions${name}Role`))[0],
  );
  const key = { "Fn::Join": ["-", roles.map((id) => ({ "Fn::GetAtt": [id, "RoleId"] }))] };
  const [, distribution] = only("AWS::CloudFront::Distribution", /^Site/);
  const { Origins } = distribution.Properties.DistributionConfig as { Origins: object[] };
  expect(Origins).toContainEqual(
    expect.objectContaining({
      OriginCustomHeaders: [{ HeaderName: "x-origin-key", HeaderValue: key }],
    }),
  );
  const [, socket] = only("AWS::Lambda::Function", /^FunctionsSocket/);
  expect(socket.Properties.Environment).toMatchObject({ Variables: { ORIGIN_KEY: key } });
  expect(JSON.stringify(readOutputs(inject("cdkOut")))).not.toContain("RoleId");
});

test("CloudFront keeps no failed handshake: a 5xx would answer everybody for 10 s", () => {
  const [, distribution] = only("AWS::CloudFront::Distribution", /^Site/);
  expect(distribution.Properties.DistributionConfig).toMatchObject({
    CustomErrorResponses: [500, 502, 503, 504].map((ErrorCode) => ({
      ErrorCode,
      ErrorCachingMinTTL: 0,
    })),
  });
});

test("the sweep runs every 4 minutes and is not tried again in between", () => {
  const [, rule] = only("AWS::Events::Rule", /./);
  expect(rule.Properties.ScheduleExpression).toBe("rate(4 minutes)");
  const [, invoke] = only("AWS::Lambda::EventInvokeConfig", /^FunctionsSweep/);
  expect(invoke.Properties.MaximumRetryAttempts).toBe(0);
});
