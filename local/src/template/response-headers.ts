import * as v from "valibot";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

const header = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.optional(strict(entries, "Override"));

const ResponseHeadersPolicy = strict({
  ResponseHeadersPolicyConfig: strict(
    {
      CustomHeadersConfig: v.optional(
        strict({
          Items: v.array(strict({ Header: v.string(), Value: v.string() }, "Override")),
        }),
      ),
      SecurityHeadersConfig: v.optional(
        strict({
          ContentSecurityPolicy: header({ ContentSecurityPolicy: v.string() }),
          ContentTypeOptions: header({}),
          FrameOptions: header({ FrameOption: v.string() }),
          ReferrerPolicy: header({ ReferrerPolicy: v.string() }),
          StrictTransportSecurity: header({
            AccessControlMaxAgeSec: v.number(),
            IncludeSubdomains: v.optional(v.boolean(), false),
            Preload: v.optional(v.boolean(), false),
          }),
          XSSProtection: header({
            Protection: v.boolean(),
            ModeBlock: v.optional(v.boolean(), false),
          }),
        }),
      ),
    },
    "Comment Name",
  ),
});

type Headers = Readonly<Record<string, string>>;

/** CloudFront's managed policy SecurityHeadersPolicy. */
const MANAGED: Readonly<Record<string, Headers>> = {
  "67f7725c-6f97-4210-82d7-5512b31e9d03": {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
  },
};

/** The headers that a behavior's policy adds to the distribution's answers. */
export function readResponseHeaders(template: Template, policy: string | undefined): Headers {
  const own = template
    .all("AWS::CloudFront::ResponseHeadersPolicy", ResponseHeadersPolicy)
    .find(({ name }) => name === policy);
  return own ? toHeaders(own.properties) : (MANAGED[policy ?? ""] ?? {});
}

function toHeaders(policy: v.InferOutput<typeof ResponseHeadersPolicy>): Headers {
  const { SecurityHeadersConfig = {}, CustomHeadersConfig } = policy.ResponseHeadersPolicyConfig;
  const {
    ContentSecurityPolicy: content,
    ContentTypeOptions: type,
    FrameOptions: frame,
    ReferrerPolicy: referrer,
    StrictTransportSecurity: transport,
    XSSProtection: xss,
  } = SecurityHeadersConfig;
  return {
    ...(content && { "Content-Security-Policy": content.ContentSecurityPolicy }),
    ...(type && { "X-Content-Type-Options": "nosniff" }),
    ...(frame && { "X-Frame-Options": frame.FrameOption }),
    ...(referrer && { "Referrer-Policy": referrer.ReferrerPolicy }),
    ...(transport && {
      "Strict-Transport-Security": [
        `max-age=${transport.AccessControlMaxAgeSec}`,
        ...(transport.IncludeSubdomains ? ["includeSubDomains"] : []),
        ...(transport.Preload ? ["preload"] : []),
      ].join("; "),
    }),
    ...(xss && {
      "X-XSS-Protection": `${Number(xss.Protection)}${xss.ModeBlock ? "; mode=block" : ""}`,
    }),
    ...Object.fromEntries(
      (CustomHeadersConfig?.Items ?? []).map(({ Header, Value }) => [Header, Value]),
    ),
  };
}
