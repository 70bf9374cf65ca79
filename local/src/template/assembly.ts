import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { ACCOUNT, REGION } from "../arn.ts";
import { StartError } from "../start-error.ts";

const Manifest = v.object({
  artifacts: v.record(
    v.string(),
    v.object({
      type: v.string(),
      environment: v.optional(v.string(), ""),
      properties: v.optional(
        v.object({
          templateFile: v.optional(v.string()),
          file: v.optional(v.string()),
          directoryName: v.optional(v.string()),
          stackName: v.optional(v.string()),
        }),
        {},
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
  Mappings: v.optional(
    v.record(v.string(), v.record(v.string(), v.record(v.string(), v.unknown()))),
    {},
  ),
  Conditions: v.optional(v.record(v.string(), v.unknown()), {}),
  Resources: v.record(
    v.string(),
    v.object({
      Type: v.string(),
      Condition: v.optional(v.string()),
      Properties: v.optional(v.record(v.string(), v.unknown()), {}),
      Metadata: v.optional(v.object({ "aws:cdk:path": v.optional(v.string()) })),
    }),
  ),
});

export type TemplateFile = v.InferOutput<typeof TemplateFile>;

/** A stack's template, and whether it is bound to an account and a Region, as `aws://account/region`. */
interface StackArtifact {
  readonly name: string;
  readonly file: string;
  readonly environment: string;
}

/**
 * Reads a CDK app's synthesised output.
 * @param folder the output, or the project that has it in `cdk.out`
 * @param name the name of the stack, if the app has several
 * @throws {StartError}
 */
export async function readAssembly(folder: string, name?: string) {
  const stacks: StackArtifact[] = [];
  /** From an asset's S3 key to its folder or file. */
  const assets = new Map<string, string>();
  await readManifest(findManifest(folder), stacks, assets);
  const { file, environment, name: stack } = select(stacks, name);
  const template = await readJsonFile(file, TemplateFile, (text) => placed(text, environment));
  return { stack, template, assets };
}

export type Assembly = Awaited<ReturnType<typeof readAssembly>>;

function findManifest(folder: string): string {
  const isOutput = (one: string) => existsSync(join(one, "manifest.json"));
  const found = [folder, join(folder, "cdk.out")].find(isOutput);
  if (found !== undefined) return found;
  throw new StartError(
    `Neither ${folder} nor a cdk.out in it has a manifest.json: give the output of \`cdk synth\`.`,
  );
}

/** Visits an output and those of its stages, which are in folders of their own. */
async function readManifest(
  folder: string,
  stacks: StackArtifact[],
  assets: Map<string, string>,
): Promise<void> {
  const { artifacts } = await readJsonFile(join(folder, "manifest.json"), Manifest);
  for (const [id, { type, environment, properties }] of Object.entries(artifacts)) {
    const { directoryName, file, stackName, templateFile } = properties;
    if (type === "aws:cloudformation:stack" && templateFile !== undefined) {
      stacks.push({ name: stackName ?? id, file: join(folder, templateFile), environment });
    }
    if (type === "cdk:cloud-assembly" && directoryName !== undefined) {
      await readManifest(join(folder, directoryName), stacks, assets);
    }
    if (type === "cdk:asset-manifest" && file !== undefined) {
      const { files } = await readJsonFile(join(folder, file), AssetManifest);
      for (const { source, destinations } of Object.values(files)) {
        for (const { objectKey } of Object.values(destinations)) {
          if (source.path !== undefined) assets.set(objectKey, join(folder, source.path));
        }
      }
    }
  }
}

function select(stacks: readonly StackArtifact[], name: string | undefined): StackArtifact {
  const names = stacks
    .map(({ name }) => name)
    .sort()
    .join(", ");
  const [stack, ...more] = stacks.filter((stack) => name === undefined || stack.name === name);
  if (stacks.length === 0) throw new StartError("The synthesised output has no stack.");
  if (stack === undefined) {
    throw new StartError(`The app has no stack ${name}; it has ${names}.`, "stack");
  }
  if (more.length > 0) {
    throw new StartError(`The app has the stacks ${names}; say which one is to run.`, "stack");
  }
  return stack;
}

/**
 * The template with this machine's account and Region in place of those of its stack. If the stack
 * has none, those that its ARNs name are replaced, if they agree.
 */
function placed(template: string, environment: string): string {
  const [, account, region] =
    /^aws:\/\/(\d+)?[^/]*\/([a-z]+(?:-[a-z]+)+-\d+)?/.exec(environment) ?? [];
  const arns = [
    ...template.matchAll(/arn:aws[\w-]*:[\w-]+:([a-z]+(?:-[a-z]+)+-\d+)?(?::(\d{12}):)?/g),
  ];
  const theOnly = (part: 1 | 2) => {
    const [first, ...more] = new Set(arns.flatMap((match) => match[part] ?? []));
    return more.length === 0 ? first : undefined;
  };
  return [
    [account ?? theOnly(2), ACCOUNT] as const,
    [region ?? theOnly(1), REGION] as const,
  ].reduce((text, [from, to]) => (from === undefined ? text : text.replaceAll(from, to)), template);
}

/**
 * The content of a JSON file.
 * @param edit changes the text before it is parsed
 * @throws {StartError} that names the file and what is wrong with it
 */
async function readJsonFile<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
  edit = (text: string) => text,
): Promise<v.InferOutput<Schema>> {
  try {
    return v.parse(schema, JSON.parse(edit(await readFile(file, "utf8"))));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`${file} cannot be used: ${reason}`);
  }
}
