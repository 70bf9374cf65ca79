import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AssetHashType, DockerImage, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  FunctionEventType,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { BlockPublicAccess, Bucket, type IBucket } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Construct } from "constructs";
import type { SocketApi } from "./socket-api.ts";
import { SocketIoPath } from "./socket-io-path.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

interface SiteProps {
  readonly api: SocketApi;
  /** The key that CloudFront sends to the API, which refuses everybody else. */
  readonly originKey: string;
  /** Origins of the provider with which people sign in. */
  readonly origins: readonly string[];
  /** The origin of files. */
  readonly files: string;
}

/** The same name as in `functions/wire/handshake.ts`. */
const ORIGIN_KEY_HEADER = "x-origin-key";

/** The page, and the socket beside it on the same origin. */
export class Site extends Construct {
  readonly domainName: string;
  readonly origin: string;
  private readonly bucket: IBucket;

  constructor(scope: Construct, id: string, { api, originKey, origins, files }: SiteProps) {
    super(scope, id);
    // @ts-expect-error With exact optional properties, CDK's own Bucket is no IBucket.
    const bucket: IBucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    const socket = {
      origin: new HttpOrigin(api.host, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        // It replaces a header of that name from the viewer.
        customHeaders: { [ORIGIN_KEY_HEADER]: originKey },
      }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      // API Gateway answers 403 to a Host that is not its own.
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    };
    const stock = {
      ...socket,
      functionAssociations: [
        {
          function: new SocketIoPath(this, "SocketIoPath", api.path),
          eventType: FunctionEventType.VIEWER_REQUEST,
        },
      ],
    };
    const originAccessControl = new S3OriginAccessControl(this, "Access", {
      originAccessControlName: nameOf(this, "Site"),
    });
    const distribution = new Distribution(this, "Distribution", {
      comment: "Natter",
      defaultRootObject: "index.html",
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket, { originAccessControl }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: headers(this, files, origins),
      },
      additionalBehaviors: {
        [api.path]: socket,
        [`${api.path}/`]: socket,
        "/socket.io": stock,
        "/socket.io/": stock,
      },
      // By default CloudFront caches a 5xx for 10 s, whatever the cache policy says, and would
      // answer everybody with one failed handshake.
      errorResponses: [500, 502, 503, 504].map((httpStatus) => ({
        httpStatus,
        ttl: Duration.seconds(0),
      })),
    });
    this.domainName = distribution.distributionDomainName;
    this.origin = `https://${this.domainName}`;
    this.bucket = bucket;
  }

  /** @param config what the page has to know about this deployment, which needs no build of its own */
  upload(config: object): void {
    const uploads = new LogGroup(this, "Uploads", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const source = Source.asset(join(ROOT, "web"), {
      assetHashType: AssetHashType.OUTPUT,
      bundling: { image: DockerImage.fromRegistry("none"), local: { tryBundle: build } },
    });
    const shared = {
      destinationBucket: this.bucket,
      memoryLimit: 512,
      // Open pages still need the files of their version.
      prune: false,
      // This log group exists before the uploader runs. Otherwise the uploader could create its own
      // first, and CloudFormation would fail with "already exists".
      logGroup: uploads,
    };
    const files = new BucketDeployment(this, "Files", {
      ...shared,
      sources: [source],
      // Vite puts the files with a hash in their name there, and no others.
      exclude: ["*"],
      include: ["assets/*"],
      cacheControl: [CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
    });
    const page = new BucketDeployment(this, "Page", {
      ...shared,
      sources: [source, Source.jsonData("config.json", config)],
      exclude: ["assets/*"],
      cacheControl: [CacheControl.noCache()],
    });
    // A failed deployment can only be rolled back if the bucket's policy, and the resource that
    // empties the bucket, exist before its first file.
    files.node.addDependency(this.bucket);
    page.node.addDependency(files);
  }
}

/** CloudFront keeps these names unique in an account, over all Regions: 64 characters at most. */
export function nameOf(scope: Construct, name: string): string {
  const { region, stackName } = Stack.of(scope);
  return `${stackName.slice(0, 32)}-${region}-${name}`;
}

/**
 * The page may talk to its own origin, to that of files and to the provider. Trusted Types without a
 * policy allow no markup or script that is made from text.
 */
const securityPolicy = (files: string, origins: readonly string[]) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' ${files}`,
    `media-src ${files}`,
    ["connect-src 'self'", files, ...origins].join(" "),
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");

function headers(
  scope: Construct,
  files: string,
  origins: readonly string[],
): ResponseHeadersPolicy {
  const override = true;
  const custom = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=()",
  };
  return new ResponseHeadersPolicy(scope, "Headers", {
    responseHeadersPolicyName: nameOf(scope, "Headers"),
    securityHeadersBehavior: {
      contentSecurityPolicy: { contentSecurityPolicy: securityPolicy(files, origins), override },
      contentTypeOptions: { override },
      frameOptions: { frameOption: HeadersFrameOption.DENY, override },
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override },
      strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override },
    },
    customHeadersBehavior: {
      customHeaders: Object.entries(custom).map(([header, value]) => ({ header, value, override })),
    },
  });
}

/** Builds the site with Vite, in a separate process since CDK's bundling is synchronous. */
function build(outputDir: string): boolean {
  const vite = dirname(createRequire(import.meta.url).resolve("vite/package.json"));
  const { status } = spawnSync(
    process.execPath,
    [join(vite, "bin/vite.js"), "build", "--outDir", outputDir, "--emptyOutDir", "--logLevel=warn"],
    {
      cwd: ROOT,
      // Vite builds another site in a development or test environment.
      env: { ...process.env, NODE_ENV: "production" },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  if (status !== 0) throw new Error("The site did not build");
  return true;
}
