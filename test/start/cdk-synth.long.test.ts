import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, test } from "vitest";
import { ROOT } from "../../start/synth.ts";

test("`cdk synth` prints no warning, and makes the template that `npm start` runs", async () => {
  const root = await mkdtemp(join(tmpdir(), "natter-synth-"));
  const cdk = createRequire(import.meta.url).resolve("aws-cdk/bin/cdk");
  const args = [cdk, "synth", "--quiet", "--output", root];
  // As in a shell: this process has NODE_ENV=test.
  const { NODE_ENV: _, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    env,
  });
  expect(status, stderr).toBe(0);
  expect(stderr.replace(/^Bundling asset .*$/gm, "").trim()).toBe("");
  const [ours, theirs] = await Promise.all(
    [inject("cdkOut"), root].map(async (from) =>
      JSON.parse(await readFile(join(from, "Natter.template.json"), "utf8")),
    ),
  );
  expect(ours).toEqual(theirs);
  await rm(root, { recursive: true, force: true });
});
