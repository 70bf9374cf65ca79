import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

const Resource = v.object({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
  DependsOn: v.optional(v.array(v.string()), []),
  DeletionPolicy: v.optional(v.string()),
});
export type Resource = v.InferOutput<typeof Resource>;

const TableProperties = v.object({
  KeySchema: v.array(
    v.object({ AttributeName: v.string(), KeyType: v.picklist(["HASH", "RANGE"]) }),
  ),
  AttributeDefinitions: v.array(
    v.object({ AttributeName: v.string(), AttributeType: v.picklist(["S", "N", "B"]) }),
  ),
});

const Template = v.object({
  Resources: v.record(v.string(), Resource),
  Outputs: v.record(v.string(), v.unknown()),
});

function readTemplate(cdkOut: string) {
  const text = readFileSync(join(cdkOut, "Natter.template.json"), "utf8");
  return v.parse(Template, JSON.parse(text));
}

/** The resources of the synthesised stack, by logical id. */
export function readResources(cdkOut: string): Record<string, Resource> {
  return readTemplate(cdkOut).Resources;
}

/** The outputs that a deployment prints. */
export function readOutputs(cdkOut: string): Record<string, unknown> {
  return readTemplate(cdkOut).Outputs;
}

/** The stack's tables, with the variable that tells the functions their name. */
export function readTables(cdkOut: string) {
  return Object.entries(readResources(cdkOut)).flatMap(([id, { Type, Properties }]) => {
    const [, name] = /^Tables([A-Z][a-z]+)/.exec(id) ?? [];
    if (Type !== "AWS::DynamoDB::GlobalTable" || !name) return [];
    return { variable: `${name.toUpperCase()}_TABLE`, ...v.parse(TableProperties, Properties) };
  });
}

const Assets = v.object({
  files: v.record(v.string(), v.object({ source: v.object({ path: v.string() }) })),
});

/** The folder of the built page. */
export function siteFolder(cdkOut: string): string {
  const { files } = v.parse(
    Assets,
    JSON.parse(readFileSync(join(cdkOut, "Natter.assets.json"), "utf8")),
  );
  const folders = Object.values(files).map(({ source }) => join(cdkOut, source.path));
  const site = folders.find((folder) => existsSync(join(folder, "index.html")));
  if (site === undefined) throw new Error("The output has no page");
  return site;
}

/** The path of a function's bundle, such as that of `Socket`. */
export function bundleOf(cdkOut: string, name: string): string {
  const id = new RegExp(`^Functions${name}[0-9A-F]{8}$`);
  const found = Object.entries(readResources(cdkOut)).find(
    ([one, { Type }]) => Type === "AWS::Lambda::Function" && id.test(one),
  );
  const { Code } = found?.[1].Properties ?? {};
  const { S3Key } = v.parse(v.object({ S3Key: v.string() }), Code);
  return join(cdkOut, `asset.${S3Key.replace(/\.zip$/, "")}`, "index.mjs");
}
