import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { afterAll, describe, expect, inject, test } from "vitest";
import { KEYS } from "../../infra/context.ts";
import { NatterStack } from "../../infra/stack.ts";
import { readResources } from "../support/template.ts";

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");

const outdir = mkdtempSync(join(tmpdir(), "natter-context-"));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** The stack with these keys; nothing is bundled. */
function stackWith(keys: Record<string, unknown>): Template {
  const { context } = JSON.parse(read("cdk.json"));
  const app = new App({ outdir, context: { ...context, "aws:cdk:bundling-stacks": [], ...keys } });
  return Template.fromStack(new NatterStack(app, "Natter", {}));
}

/** What the functions are told; values that only a deployment knows stand as `…`. */
function toldTo(template: Template) {
  const functions = Object.values(template.findResources("AWS::Lambda::Function"));
  const told = functions.flatMap(
    ({ Properties }) => Properties.Environment?.Variables.SIGN_IN ?? [],
  );
  const [text = "", ...more] = new Set(
    told.map((one) => (typeof one === "string" ? one : textOf(one))),
  );
  expect(more).toEqual([]);
  return JSON.parse(text);
}

const textOf = ({ "Fn::Join": [, parts] }: { "Fn::Join": [string, unknown[]] }) =>
  parts.map((part) => (typeof part === "string" ? part : "…")).join("");

/** The page's policy without the origin of files, of which a test of the template knows. */
function policyOf(template: Template): string {
  const policies = template.findResources("AWS::CloudFront::ResponseHeadersPolicy");
  const [, headers] = Object.entries(policies).find(([id]) => id.startsWith("Site")) ?? [];
  return JSON.stringify(headers).replace(
    / https:\/\/",\{"Fn::GetAtt":\["FilesDistribution\w+","DomainName"\]\},"/g,
    "",
  );
}

const OIDC = { oidcIssuer: "https://id.example", oidcClientId: "natter" };
const JWT = {
  jwksUri: "https://me.example/keys",
  jwtIssuer: "https://me.example",
  jwtAudience: "chat",
};

test("docs/deploy.md has every key, with its default and what it means", () => {
  const rows = Object.entries(KEYS).map(([name, { default: otherwise, means }]) =>
    `| \`${name}\` | ${otherwise && `\`${otherwise}\``} | ${means} |`.replace("|  |", "| |"),
  );
  expect(read("docs/deploy.md").match(/^\| `.*\|$/gm)).toEqual(rows);
});

test.each([
  [{ guest: "off" }, "-c guest=… is not known. The keys are origins, guests,"],
  [{ guests: "no" }, '-c guests=… is "no"; it must be on or off'],
  [{ lobby: "yes" }, '-c lobby=… is "yes"; it must be on or off'],
  [{ joinKey: "short" }, "-c joinKey=… must have 8 to 128 characters"],
  [{ auth: "okta" }, '-c auth=… is "okta"; it must be cognito'],
  [{ sessionDays: "0.5" }, '-c sessionDays=… is "0.5"; it must be a whole number from 1 to 365'],
  [
    { origins: "https://a.example/" },
    '-c origins=… has "https://a.example/", which is not an origin',
  ],
  [
    { ...OIDC, oidcIssuer: "http://id.example" },
    '-c oidcIssuer=… is "http://id.example"; it must be an address that begins with https://',
  ],
  [
    { oidcIssuer: OIDC.oidcIssuer },
    "-c oidcClientId is missing: oidcIssuer, oidcClientId belong together",
  ],
  [
    { jwtIssuer: JWT.jwtIssuer },
    "-c jwksUri, jwtAudience is missing: jwksUri, jwtIssuer, jwtAudience belong together",
  ],
  [{ ...OIDC, auth: "cognito" }, "-c auth=cognito and -c oidcIssuer=… cannot be combined"],
  [{ oidcClientSecret: "s" }, "need -c oidcIssuer=…"],
  [{ guests: "off" }, "-c guests=off leaves no way in"],
  [{ ...OIDC, guests: "off", joinKey: "open sesame" }, "-c joinKey=… is for guests"],
])("%j fails the synthesis, which says: %s", (keys, message) => {
  expect(() => stackWith(keys)).toThrow(message);
});

test("without keys the functions let guests in, there is a lobby, and the page talks to its own origin", () => {
  const template = Template.fromJSON({ Resources: readResources(inject("cdkOut")) });
  expect(toldTo(template)).toEqual({ guests: true, lobby: true, sessionDays: 30 });
  expect(policyOf(template)).toContain("connect-src 'self'; ");
  template.resourceCountIs("AWS::Cognito::UserPool", 0);
});

test("of a joinKey the functions get the SHA-256 alone; keys of CDK's own pass", () => {
  const cdks = {
    "availability-zones:account=1": [],
    "@aws-cdk/core:newer": true,
    "cli-telemetry": false,
  };
  const template = stackWith({ ...cdks, joinKey: "open sesame" });
  const joinKeyHash = createHash("sha256").update("open sesame").digest("hex");
  expect(toldTo(template)).toMatchObject({ joinKeyHash });
  expect(JSON.stringify(template.toJSON())).not.toContain("open sesame");
});

describe("a provider", () => {
  test("is told to the functions, and the page may send requests to it and nowhere else", () => {
    const template = stackWith({ ...OIDC, ...JWT, guests: "off", sessionDays: "7" });
    expect(toldTo(template)).toEqual({
      guests: false,
      lobby: true,
      sessionDays: 7,
      oidc: { issuer: "https://id.example", audience: "natter" },
      jwt: { issuer: "https://me.example", audience: "chat", jwksUri: "https://me.example/keys" },
    });
    expect(policyOf(template)).toContain("connect-src 'self' https://id.example; ");
  });

  test("may have its token endpoint at another origin, as Google has", () => {
    const google = stackWith({ ...OIDC, oidcIssuer: "https://accounts.google.com" });
    expect(policyOf(google)).toContain(
      "connect-src 'self' https://accounts.google.com https://oauth2.googleapis.com; ",
    );
  });
});

describe("auth=cognito", () => {
  test("makes a user pool with managed login, whose client has no secret and leads back to the page", () => {
    const template = stackWith({ auth: "cognito" });
    template.hasResource("AWS::Cognito::UserPool", {
      DeletionPolicy: "RetainExceptOnCreate",
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
        UserPoolTier: "ESSENTIALS",
      },
    });
    template.hasResourceProperties("AWS::Cognito::UserPoolDomain", { ManagedLoginVersion: 2 });
    template.hasResourceProperties("AWS::Cognito::ManagedLoginBranding", {
      UseCognitoProvidedValues: true,
    });
    const home = Match.arrayWith([{ "Fn::Join": ["", ["https://", Match.anyValue(), "/"]] }]);
    template.hasResourceProperties("AWS::Cognito::UserPoolClient", {
      GenerateSecret: false,
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "profile"],
      CallbackURLs: home,
      LogoutURLs: home,
    });
    expect(toldTo(template)).toMatchObject({
      oidc: { issuer: "…", audience: "…" },
    });
    expect(policyOf(template)).toMatch(/https:\/\/cognito-idp\..*\.auth\..*\.amazoncognito\.com; /);
  });

  test("with guests=off leaves it to the deployer to make accounts", () => {
    stackWith({ auth: "cognito", guests: "off" }).hasResourceProperties("AWS::Cognito::UserPool", {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
  });
});
