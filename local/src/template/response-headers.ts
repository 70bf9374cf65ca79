import * as v from "valibot";
import { strict } from "./strict.ts";
import type { Template } from "./template.ts";

/** CloudFront's managed policy SecurityHeadersPolicy, by its id. */
const MANAGED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "67f7725c-6f97-4210-82d7-5512b31e9d03": {
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "1; mode=block",
  },
};

/** The id of a behavior's policy: one of the template's own, or a managed one that is known here. */
export const PolicyId = v.pipe(
  v.string(),
  v.check((id) => id in MANAGED || !/^[\da-f]{8}-/.test(id), "is not SecurityHeadersPolicy"),
);

const header = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.optional(strict(entries, "Override"));

const flag = v.optional(v.boolean(), false);

const SecurityHeaders = strict({
  ContentSecurityPolicy: header({ ContentSecurityPolicy: v.string() }),
  ContentTypeOptions: header({}),
  FrameOptions: header({ FrameOption: v.string() }),
  ReferrerPolicy: header({ ReferrerPolicy: v.string() }),
  StrictTransportSecurity: header({
    AccessControlMaxAgeSec: v.number(),
    IncludeSubdomains: flag,
    Preload: flag,
  }),
  XSSProtection: header({ Protection: v.boolean(), ModeBlock: flag }),
});

const CustomHeader = strict({ Header: v.string(), Value: v.string() }, "Override");

const ResponseHeadersPolicy = strict({
  ResponseHeadersPolicyConfig: strict(
    {
      CustomHeadersConfig: v.optional(strict({ Items: v.array(CustomHeader) }), { Items: [] }),
      SecurityHeadersConfig: v.optional(SecurityHeaders, {}),
    },
    "Comment Name",
  ),
});

/** The headers that a behavior's policy adds to the distribution's answers. */
export function readResponseHeaders(
  template: Template,
  policy: string | undefined,
): Readonly<Record<string, string>> {
  const own = template
    .all("AWS::CloudFront::ResponseHeadersPolicy", ResponseHeadersPolicy)
    .find(({ name }) => name === policy);
  if (own === undefined) return MANAGED[policy ?? ""] ?? {};
  const { SecurityHeadersConfig: security, CustomHeadersConfig } =
    own.properties.ResponseHeadersPolicyConfig;
  const { StrictTransportSecurity: hsts, XSSProtection: xss } = security;
  const headers = [
    ["Content-Security-Policy", security.ContentSecurityPolicy?.ContentSecurityPolicy],
    ["X-Content-Type-Options", security.ContentTypeOptions && "nosniff"],
    ["X-Frame-Options", security.FrameOptions?.FrameOption],
    ["Referrer-Policy", security.ReferrerPolicy?.ReferrerPolicy],
    [
      "Strict-Transport-Security",
      hsts &&
        `max-age=${hsts.AccessControlMaxAgeSec}${hsts.IncludeSubdomains ? "; includeSubDomains" : ""}${hsts.Preload ? "; preload" : ""}`,
    ],
    ["X-XSS-Protection", xss && `${Number(xss.Protection)}${xss.ModeBlock ? "; mode=block" : ""}`],
    ...CustomHeadersConfig.Items.map(({ Header, Value }) => [Header, Value] as const),
  ] as const;
  return Object.fromEntries(headers.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
