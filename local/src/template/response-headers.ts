import type * as v from "valibot";
import { ResponseHeadersPolicy } from "./cloudfront-schemas.ts";
import type { Template } from "./template.ts";

export type Headers = Readonly<Record<string, string>>;

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

/** The headers that a behaviour's policy adds to what the distribution answers. */
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
