import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { StartError } from "../start-error.ts";

const Manifest = v.object({
  artifacts: v.record(
    v.string(),
    v.object({
      type: v.string(),
      properties: v.optional(
        v.object({ templateFile: v.optional(v.string()), file: v.optional(v.string()) }),
      ),
    }),
  ),
});

const AssetManifest = v.object({
  files: v.record(
    v.string(),
    v.object({
      source: v.object({ path: v.optional(v.string()) }),
      destinations: v.record(v.string(), v.object({ objectKey: v.string() })),
    }),
  ),
});

const TemplateFile = v.object({
  Parameters: v.optional(
    v.record(v.string(), v.object({ Type: v.string(), Default: v.optional(v.unknown()) })),
    {},
  ),
  Conditions: v.optional(v.record(v.string(), v.unknown()), {}),
  Resources: v.record(
    v.string(),
    v.object({
      Type: v.string(),
      Condition: v.optional(v.string()),
      Properties: v.optional(v.record(v.string(), v.unknown()), {}),
    }),
  ),
});

export type TemplateFile = v.InferOutput<typeof TemplateFile>;

/** The synthesised output: one stack's template and where its assets lie. */
export interface Assembly {
  readonly template: TemplateFile;
  /** From an asset's S3 key to its folder or file. */
  readonly assets: ReadonlyMap<string, string>;
}

export async function readAssembly(folder: string): Promise<Assembly> {
  const { artifacts } = v.parse(Manifest, await readJson(join(folder, "manifest.json")));
  const stacks: string[] = [];
  const assets = new Map<string, string>();
  for (const { type, properties } of Object.values(artifacts)) {
    if (type === "aws:cloudformation:stack" && properties?.templateFile !== undefined) {
      stacks.push(properties.templateFile);
    }
    if (type === "cdk:asset-manifest" && properties?.file !== undefined) {
      const { files } = v.parse(AssetManifest, await readJson(join(folder, properties.file)));
      for (const { source, destinations } of Object.values(files)) {
        for (const { objectKey } of Object.values(destinations)) {
          if (source.path !== undefined) assets.set(objectKey, join(folder, source.path));
        }
      }
    }
  }
  const [stack, ...more] = stacks;
  if (stack === undefined || more.length > 0) {
    throw new StartError(`Natter runs an app of one stack, and this one has ${stacks.length}.`);
  }
  return { template: v.parse(TemplateFile, await readJson(join(folder, stack))), assets };
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, "utf8"));
}
