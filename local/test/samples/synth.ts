import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { type Zippable, zipSync } from "fflate";

// CDK warns of outdated things in the samples that are still in use.
process.env.JSII_DEPRECATED = "quiet";
process.env.CDK_VALIDATION = "false";

/** Synthesises an app into `cdk.out` in a new folder, which the test removes. */
export async function synthesize(build: (app: App) => unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cdk-websocket-local-sample-"));
  const app = new App({
    outdir: join(folder, "cdk.out"),
    // As the CDK CLI says.
    context: { "aws:cdk:enable-path-metadata": true },
  });
  build(app);
  app.synth();
  return folder;
}

/** A zip file of a folder, as a build step makes it. */
export async function zipFolder(folder: string): Promise<Uint8Array> {
  const files: Zippable = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length).replaceAll("\\", "/").replace(/^\//, "")] =
      await readFile(path);
  }
  return zipSync(files);
}
