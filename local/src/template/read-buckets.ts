import * as v from "valibot";
import { CONSTANTS } from "../iam/conditions.ts";
import { compilePolicy, PolicyDocument, type Statement } from "../iam/policy.ts";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const list = v.array(v.string());
const Tag = v.strictObject({ Key: v.string(), Value: v.string() });

const Rule = strict(
  {
    Status: v.picklist(["Enabled", "Disabled"]),
    Prefix: v.optional(v.string(), ""),
    TagFilters: v.optional(v.array(Tag), []),
    ExpirationInDays: v.optional(v.number()),
    ExpiredObjectDeleteMarker: v.optional(v.boolean(), false),
    NoncurrentVersionExpiration: v.optional(strict({ NoncurrentDays: v.number() })),
  },
  // There are no uploads in several parts.
  "AbortIncompleteMultipartUpload Id",
);
export type LifecycleRule = v.InferOutput<typeof Rule>;

const CorsRule = strict(
  {
    AllowedHeaders: v.optional(list, []),
    AllowedMethods: list,
    AllowedOrigins: list,
    ExposedHeaders: v.optional(list, []),
    MaxAge: v.optional(v.number()),
  },
  "Id",
);
export type CorsRule = v.InferOutput<typeof CorsRule>;

const only = v.optional(v.literal(true), true);

const BucketProperties = strict(
  {
    CorsConfiguration: v.optional(strict({ CorsRules: v.array(CorsRule) }), { CorsRules: [] }),
    LifecycleConfiguration: v.optional(strict({ Rules: v.array(Rule) }), { Rules: [] }),
    // A bucket without this property blocks public access too.
    PublicAccessBlockConfiguration: v.optional(
      strict({
        BlockPublicAcls: only,
        BlockPublicPolicy: only,
        IgnorePublicAcls: only,
        RestrictPublicBuckets: only,
      }),
    ),
    VersioningConfiguration: v.optional(v.object({ Status: v.literal("Enabled") })),
  },
  "AccessControl BucketEncryption BucketName OwnershipControls Tags",
);

const Everybody = v.union([v.literal("*"), v.object({ AWS: v.literal("*") })]);
const BucketPolicy = v.object({ Bucket: v.string(), PolicyDocument });

export function readBuckets(template: Template) {
  const policies = template.all("AWS::S3::BucketPolicy", BucketPolicy);
  const policiesOf = (name: string) =>
    policies.filter(({ properties }) => properties.Bucket === name);
  return template.all("AWS::S3::Bucket", BucketProperties).map(({ id, name, properties }) => ({
    name,
    // S3 keeps one version of each object unless it is told to keep more.
    versioned: properties.VersioningConfiguration !== undefined,
    cors: properties.CorsConfiguration.CorsRules,
    rules: properties.LifecycleConfiguration.Rules.filter(({ Status }) => Status === "Enabled"),
    host: String(template.getAtt(id, "RegionalDomainName")),
    denials: policiesOf(name).flatMap((policy) => readDenials(template, policy)),
    /** Whether a distribution may list the objects, which CDK's `AccessLevel.LIST` allows. */
    listed: JSON.stringify(policiesOf(name)).includes('"s3:ListBucket"'),
  }));
}

export type BucketDefinition = ReturnType<typeof readBuckets>[number];

/**
 * What a bucket's policy denies everybody. What it allows is for services and custom resources, which
 * act only where a deployment does: functions need the right in their roles.
 */
function readDenials(
  template: Template,
  { id, properties }: { id: string; properties: v.InferOutput<typeof BucketPolicy> },
): Statement[] {
  return properties.PolicyDocument.Statement.flatMap((statement) => {
    const { Effect, Principal } = statement;
    const forAll = v.is(Everybody, Principal);
    if (forAll && Effect === "Allow") template.refuse(id, "makes its bucket public");
    if (!forAll && Effect === "Deny") template.refuse(id, "denies somebody in particular");
    if (Effect === "Allow") return [];
    return compilePolicy({ Statement: [statement] }, CONSTANTS, (problem) =>
      template.refuse(id, problem),
    );
  });
}
