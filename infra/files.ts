import { Duration, Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { BlockPublicAccess, Bucket, HttpMethods } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { nameOf } from "./site.ts";

/** The tag of an uploaded file that no message has, as in `functions/aws/storage.ts`. */
const UNCLAIMED = { unclaimed: "true" };

/**
 * The files of messages: a private bucket, and in front of it a distribution of its own, so that files
 * have another origin than the page, and headers that S3 does not send. Functions sign forms and
 * addresses for the bucket's host; the distribution sends that host, and forwards the signatures.
 */
export class Files extends Construct {
  readonly origin: string;
  private readonly bucket: Bucket;
  private readonly host: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // The bucket's CORS rule names the page's distribution, whose policy names that of the files. So
    // that no circle is formed, the latter must not refer to the bucket. So the bucket's name is fixed
    // here, from the last part of the stack's id, which is unique even if the stack is deleted and
    // created again.
    const { region, stackId, urlSuffix } = Stack.of(this);
    const bucketName = `natter-files-${Fn.select(2, Fn.split("/", stackId))}`;
    this.host = `${bucketName}.s3.${region}.${urlSuffix}`;
    this.bucket = new Bucket(this, "Bucket", {
      bucketName,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [
        {
          tagFilters: UNCLAIMED,
          expiration: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(1),
        },
        { expiredObjectDeleteMarker: true },
      ],
    });
    const distribution = new Distribution(this, "Distribution", {
      comment: "Natter's files",
      defaultBehavior: {
        origin: new HttpOrigin(this.host, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        // CloudFront allows POST only as part of all methods. S3 refuses what is not signed.
        allowedMethods: AllowedMethods.ALLOW_ALL,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        responseHeadersPolicy: headers(this),
      },
    });
    this.origin = `https://${distribution.distributionDomainName}`;
  }

  /** Lets the pages of these origins post files. */
  admit(origins: string[]): void {
    this.bucket.addCorsRule({
      allowedOrigins: origins,
      allowedMethods: [HttpMethods.POST, HttpMethods.GET],
      allowedHeaders: ["*"],
      maxAge: Duration.days(1).toSeconds(),
    });
  }

  /** Tells a function where the files are, and grants it these actions on all of them. */
  bind(fn: LambdaFunction, ...actions: string[]): void {
    fn.addEnvironment("FILES_URL", this.origin);
    fn.addEnvironment("FILES_BUCKET_URL", `https://${this.host}`);
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: actions.map((action) => `s3:${action}`),
        resources: [this.bucket.arnForObjects("*")],
      }),
    );
  }
}

/** Nothing that a file holds runs, even where somebody opens its address. */
function headers(scope: Construct): ResponseHeadersPolicy {
  const override = true;
  return new ResponseHeadersPolicy(scope, "Headers", {
    responseHeadersPolicyName: nameOf(scope, "Files"),
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'; sandbox", override },
      contentTypeOptions: { override },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override },
    },
  });
}
