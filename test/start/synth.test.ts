import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StartError } from "../../local/src/run.ts";
import { BuildError } from "../../start/build-error.ts";
import { hold, readContext, synthesize } from "../../start/synth.ts";

let root: string;
let cache: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "natter-synth-"));
  cache = join(root, "node_modules", ".cache", "natter");
  await mkdir(join(root, "infra"));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(root, { recursive: true, force: true });
});

/** A project whose app writes down what it was given, and counts its runs. */
async function project(app: string): Promise<void> {
  const config = { app: "node infra/app.mjs", context: { mine: 1 } };
  await writeFile(join(root, "cdk.json"), JSON.stringify(config));
  await writeFile(join(root, "infra", "app.mjs"), app);
}

const RECORDING = `
import { appendFileSync, writeFileSync } from "node:fs";
const { CDK_OUTDIR, CDK_CONTEXT_JSON, CDK_VALIDATION = "unset" } = process.env;
const given = [JSON.parse(CDK_CONTEXT_JSON), CDK_VALIDATION, "NODE_ENV" in process.env];
writeFileSync(CDK_OUTDIR + "/given.json", JSON.stringify(given));
appendFileSync("runs", "run ");
`;

const runs = async () => (await readFile(join(root, "runs"), "utf8")).trim().split(" ").length;

test("the app is given cdk.json's context and what the CLI makes of its settings", async () => {
  await project(RECORDING);
  const [context, validation, hasNodeEnv] = JSON.parse(
    await readFile(join(await synthesize({ root }), "given.json"), "utf8"),
  );
  expect(context).toEqual({
    mine: 1,
    "aws:cdk:disable-version-reporting": true,
    "aws:cdk:bundling-stacks": ["**"],
  });
  expect(validation).toBe("unset");
  expect(process.env.NODE_ENV).toBe("test");
  expect(hasNodeEnv).toBe(false);
});

test("without a change the app is not run again, and with one it is", async () => {
  await project(RECORDING);
  const first = await synthesize({ root });
  expect(await synthesize({ root })).toBe(first);
  expect(await runs()).toBe(1);
  await mkdir(join(root, "functions"));
  await writeFile(join(root, "functions", "new.ts"), "export {};");
  expect(await synthesize({ root })).not.toBe(first);
  expect(await runs()).toBe(2);
});

test("an output whose inputs change while it is built is not used again", async () => {
  await project(`${RECORDING}\nwriteFileSync("infra/changed", "");`);
  const first = await synthesize({ root });
  await rm(join(root, "infra", "changed"));
  expect(await synthesize({ root })).not.toBe(first);
  expect(await runs()).toBe(2);
});

test("onBuild is called only if the app runs, and is told whether it runs for the first time", async () => {
  await project(RECORDING);
  const builds: boolean[] = [];
  const onBuild = (isFirst: boolean) => builds.push(isFirst);
  await synthesize({ root, onBuild });
  await synthesize({ root, onBuild });
  await writeFile(join(root, "infra", "new.mjs"), "");
  await synthesize({ root, onBuild });
  expect(builds).toEqual([true, false]);
});

test("context reaches the app beside that of cdk.json, and has an output of its own", async () => {
  await project(RECORDING);
  const without = await synthesize({ root });
  const given = await synthesize({ root, context: { origins: "http://localhost:8080" } });
  expect(given).not.toBe(without);
  const [context] = JSON.parse(await readFile(join(given, "given.json"), "utf8"));
  expect(context).toMatchObject({ mine: 1, origins: "http://localhost:8080" });
});

test("cdk.context.json gives context too, and may be absent", async () => {
  expect(await readContext(root)).toEqual({});
  await writeFile(join(root, "cdk.context.json"), '{ "guests": "off" }');
  expect(await readContext(root)).toEqual({ guests: "off" });
});

test("an output that was not validated is not used by a start that validates", async () => {
  await project(RECORDING);
  const quick = await synthesize({ root, validate: false });
  expect(JSON.parse(await readFile(join(quick, "given.json"), "utf8"))[1]).toBe("false");
  expect(await synthesize({ root })).not.toBe(quick);
});

test("two starts at once leave one output", async () => {
  await project(RECORDING);
  const [first, second] = await Promise.all([synthesize({ root }), synthesize({ root })]);
  expect(second).toBe(first);
  expect((await readdir(cache)).map((name) => join(cache, name))).toEqual([first]);
});

/** Makes an output that was last used so many minutes ago. */
async function makeOutput(n: number, minutes = 0): Promise<string> {
  await writeFile(join(root, "infra", "n"), `${n}`);
  const output = await synthesize({ root });
  const used = new Date(Date.now() - minutes * 60_000);
  await utimes(output, used, used);
  return output;
}

test("the latest four outputs are kept", async () => {
  await project(RECORDING);
  const made: string[] = [];
  for (let n = 0; n < 6; n++) made.push(await makeOutput(n, 60 - n));
  expect(made.map((output) => existsSync(output))).toEqual([false, false, true, true, true, true]);
});

test("outputs in use are kept, however many, and so is a new one", async () => {
  await project(RECORDING);
  const held = await makeOutput(0, 60);
  vi.useFakeTimers({ toFake: ["setInterval"] });
  hold(held);
  vi.advanceTimersByTime(60_000);
  await vi.waitFor(async () =>
    expect(Date.now() - (await stat(held)).mtimeMs).toBeLessThan(60_000),
  );
  const made = [held];
  for (let n = 1; n < 6; n++) made.push(await makeOutput(n));
  expect(made.map((output) => existsSync(output))).toEqual(made.map(() => true));
});

test("the output of an app that fails is shown, and nothing is left behind", async () => {
  await project('console.error("Mistake in line 3"); process.exit(1);');
  await expect(synthesize({ root })).rejects.toThrow(new BuildError("Mistake in line 3"));
  expect(await readdir(cache)).toEqual([]);
});

test("a cdk.context.json that is no JSON is named, with what is wrong", async () => {
  await writeFile(join(root, "cdk.context.json"), "{");
  await expect(readContext(root)).rejects.toThrow(/cdk\.context\.json cannot be used: /);
});

test.each([
  ['{ "app": ', /cdk\.json cannot be used: Unexpected end of JSON input$/],
  ["{}", /cdk\.json cannot be used: Invalid key: Expected "app" /],
])("a cdk.json of %s is named, with what is wrong", async (text, message) => {
  await writeFile(join(root, "cdk.json"), text);
  const synthesis = synthesize({ root });
  await expect(synthesis).rejects.toThrow(StartError);
  await expect(synthesis).rejects.toThrow(message);
});

test("a folder in which the output cannot be kept is named", async () => {
  await project(RECORDING);
  await writeFile(join(root, "node_modules"), "");
  await expect(synthesize({ root })).rejects.toThrow(
    `The stack cannot be built: the folder ${cache} is not writable (ENOTDIR`,
  );
});

test("a synthesis that is aborted leaves nothing behind", async () => {
  await project("setInterval(() => {}, 1000);");
  const stop = new AbortController();
  const synthesis = synthesize({ root, signal: stop.signal });
  stop.abort();
  await expect(synthesis).rejects.toThrow(/abort/i);
  expect(await readdir(cache)).toEqual([]);
});
