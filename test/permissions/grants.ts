import { readFileSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import * as v from "valibot";

const list = v.union([
  v.array(v.unknown()),
  v.pipe(
    v.unknown(),
    v.transform((one) => [one]),
  ),
]);
const Policy = v.looseObject({
  Roles: v.array(v.object({ Ref: v.string() })),
  PolicyDocument: v.looseObject({
    Statement: v.array(v.looseObject({ Action: list, Resource: list })),
  }),
});
type Policy = v.InferOutput<typeof Policy>;

const Template = v.looseObject({
  Resources: v.record(
    v.string(),
    v.looseObject({ Type: v.string(), Properties: v.optional(v.unknown()) }),
  ),
});
type Template = v.InferOutput<typeof Template>;

const AssetManifest = v.looseObject({
  files: v.record(
    v.string(),
    v.looseObject({ source: v.looseObject({ path: v.optional(v.string()) }) }),
  ),
});

const TEMPLATE = "Natter.template.json";
const ASSETS = "Natter.assets.json";

/** One action on one resource in a statement of a function's role. */
export interface Grant {
  readonly fn: "Socket" | "Deliver" | "Open" | "Sweep";
  readonly policy: string;
  readonly statement: number;
  readonly action: unknown;
  readonly resource: unknown;
}

function readTemplate(cdkOut: string): Template {
  return v.parse(Template, JSON.parse(readFileSync(join(cdkOut, TEMPLATE), "utf8")));
}

function policyOf({ Resources }: Template, id: string): Policy {
  return v.parse(Policy, Resources[id]?.Properties);
}

/** All grants of the functions' roles. */
export function readGrants(cdkOut: string): Grant[] {
  const template = readTemplate(cdkOut);
  return Object.entries(template.Resources).flatMap(([policy, { Type }]) => {
    if (Type !== "AWS::IAM::Policy") return [];
    const { Roles, PolicyDocument } = policyOf(template, policy);
    const fn = /^Functions(Socket|Deliver|Open|Sweep)Role/.exec(Roles[0]?.Ref ?? "")?.[1];
    if (!isFunction(fn)) return [];
    return PolicyDocument.Statement.flatMap(({ Action, Resource }, statement) =>
      Action.flatMap((action) =>
        Resource.map((resource) => ({ fn, policy, statement, action, resource })),
      ),
    );
  });
}

function isFunction(name: string | undefined): name is Grant["fn"] {
  return name === "Socket" || name === "Deliver" || name === "Open" || name === "Sweep";
}

/** The logical ids of the permissions for routes, and the routes' keys. */
export function readRoutePermissions(cdkOut: string): { id: string; route: string }[] {
  const { Resources } = readTemplate(cdkOut);
  return Object.entries(Resources).flatMap(([id, { Type, Properties }]) => {
    const route = /"\/\*([$\w]+)"/.exec(JSON.stringify(Properties))?.[1];
    return Type === "AWS::Lambda::Permission" && route !== undefined ? [{ id, route }] : [];
  });
}

/** Writes the output without a grant: the statement keeps its other actions and resources. */
export function withoutGrant(cdkOut: string, grant: Grant): Promise<string> {
  const template = readTemplate(cdkOut);
  const policy = policyOf(template, grant.policy);
  const statements = policy.PolicyDocument.Statement.flatMap((statement, index) =>
    index === grant.statement ? split(statement, grant) : [statement],
  );
  const resource = template.Resources[grant.policy];
  if (resource) {
    resource.Properties = {
      ...policy,
      PolicyDocument: { ...policy.PolicyDocument, Statement: statements },
    };
  }
  return write(cdkOut, template);
}

type Statement = Policy["PolicyDocument"]["Statement"][number];

function split(statement: Statement, { action, resource }: Grant): Statement[] {
  const others = {
    actions: statement.Action.filter((one) => one !== action),
    resources: statement.Resource.filter((one) => JSON.stringify(one) !== JSON.stringify(resource)),
  };
  return [
    { ...statement, Action: others.actions },
    { ...statement, Action: [action], Resource: others.resources },
  ].filter(({ Action, Resource }) => Action.length > 0 && Resource.length > 0);
}

/** Writes the output without a resource. */
export function withoutResource(cdkOut: string, id: string): Promise<string> {
  const template = readTemplate(cdkOut);
  delete template.Resources[id];
  return write(cdkOut, template);
}

/** Writes an output with the template. It refers to the assets of the original one. */
async function write(cdkOut: string, template: Template): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "natter-grants-"));
  const { files } = v.parse(
    AssetManifest,
    JSON.parse(await readFile(join(cdkOut, ASSETS), "utf8")),
  );
  for (const { source } of Object.values(files)) {
    if (source.path !== undefined) source.path = relative(folder, join(cdkOut, source.path));
  }
  const manifest = {
    artifacts: {
      Natter: { type: "aws:cloudformation:stack", properties: { templateFile: TEMPLATE } },
      "Natter.assets": { type: "cdk:asset-manifest", properties: { file: ASSETS } },
    },
  };
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  await writeFile(join(folder, TEMPLATE), JSON.stringify(template));
  await writeFile(join(folder, ASSETS), JSON.stringify({ files }));
  return folder;
}
