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

/** A header of the policy, as the text of its value. */
const header = <const Entries extends v.ObjectEntries>(
  entries: Entries,
  toText: (properties: v.InferOutput<v.ObjectSchema<Entries, undefined>>) => string,
) => v.optional(v.pipe(strict(entries, "Override"), v.transform(toText)));

const flag = v.optional(v.boolean(), false);

const SecurityHeaders = strict({
  ContentSecurityPolicy: header(
    { ContentSecurityPolicy: v.string() },
    (policy) => policy.ContentSecurityPolicy,
  ),
  ContentTypeOptions: header({}, () => "nosniff"),
  FrameOptions: header({ FrameOption: v.string() }, ({ FrameOption }) => FrameOption),
  ReferrerPolicy: header({ ReferrerPolicy: v.string() }, ({ ReferrerPolicy }) => ReferrerPolicy),
  StrictTransportSecurity: header(
    { AccessControlMaxAgeSec: v.number(), IncludeSubdomains: flag, Preload: flag },
    ({ AccessControlMaxAgeSec: seconds, IncludeSubdomains, Preload }) =>
      `max-age=${seconds}${IncludeSubdomains ? "; includeSubDomains" : ""}${Preload ? "; preload" : ""}`,
  ),
  XSSProtection: header(
    { Protection: v.boolean(), ModeBlock: flag },
    ({ Protection, ModeBlock }) => `${Number(Protection)}${ModeBlock ? "; mode=block" : ""}`,
  ),
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
  const headers: [name: string, value: string | undefined][] = [
    ["Content-Security-Policy", security.ContentSecurityPolicy],
    ["X-Content-Type-Options", security.ContentTypeOptions],
    ["X-Frame-Options", security.FrameOptions],
    ["Referrer-Policy", security.ReferrerPolicy],
    ["Strict-Transport-Security", security.StrictTransportSecurity],
    ["X-XSS-Protection", security.XSSProtection],
    ...CustomHeadersConfig.Items.map(({ Header, Value }): [string, string] => [Header, Value]),
  ];
  return Object.fromEntries(headers.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
