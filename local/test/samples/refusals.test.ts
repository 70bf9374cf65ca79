import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { afterEach, expect, test } from "vitest";
import { Client } from "../fixtures/client.ts";
import { project, removeAll, start } from "./start.ts";

afterEach(removeAll);

/** An app whose one function serves $default. */
const withFunction = (code: Code, runtime = Runtime.NODEJS_22_X) =>
  project((app) => {
    const stack = new Stack(app, "Sample");
    const handler = new LambdaFunction(stack, "Main", { runtime, handler: "index.handler", code });
    const api = new WebSocketApi(stack, "Api");
    const integration = new WebSocketLambdaIntegration("Integration", handler);
    api.addRoute("$default", { integration, returnResponse: true });
    new WebSocketStage(stack, "Stage", { webSocketApi: api, stageName: "dev", autoDeploy: true });
  });

/** Replaces the code in the synthesised output; nothing else is read. */
async function replaceAsset(folder: string, content: Uint8Array): Promise<void> {
  const output = join(folder, "cdk.out");
  const asset = (await readdir(output)).find((name) => name.startsWith("asset."));
  if (asset === undefined) throw new Error("The output has no asset");
  await rm(join(output, asset), { recursive: true });
  await writeFile(join(output, asset), content);
}

/** What the log says after the function has failed. */
async function failure(folder: string): Promise<string> {
  const url = await start(folder);
  const client = await Client.open(url);
  expect(await client.ask("hello")).toContain("Internal server error");
  const logs = join(folder, "data", "logs");
  const [log = ""] = await readdir(logs);
  return readFile(join(logs, log), "utf8");
}

test("a package that only the project has is missing, as in Lambda", async () => {
  const folder = await withFunction(
    Code.fromInline("const it = require('mine'); exports.handler = async () => it;"),
  );
  const mine = join(folder, "node_modules", "mine");
  await mkdir(mine, { recursive: true });
  await writeFile(join(mine, "index.js"), "module.exports = { statusCode: 200, body: 'found' };");
  expect(await failure(folder)).toContain("Cannot find module 'mine'");
});

test("a client of the SDK that this package lacks is named in the function's log", async () => {
  const folder = await withFunction(
    Code.fromInline("require('@aws-sdk/client-sqs'); exports.handler = async () => {};"),
  );
  expect(await failure(folder)).toContain("Cannot find module '@aws-sdk/client-sqs'");
});

test("a function in another language is refused by its construct's path", async () => {
  const folder = await withFunction(Code.fromInline("def handler: pass"), Runtime.PYTHON_3_13);
  await expect(start(folder)).rejects.toThrow(
    /\n {2}Sample\/Main +AWS::Lambda::Function +Runtime is python3\.13; only Node\.js 18 to 24 runs/,
  );
});

test("an asset that is missing is named", async () => {
  const folder = await withFunction(Code.fromAsset(import.meta.dirname));
  await replaceAsset(folder, new Uint8Array());
  for (const name of await readdir(join(folder, "cdk.out"))) {
    if (name.startsWith("asset.")) await rm(join(folder, "cdk.out", name));
  }
  await expect(start(folder)).rejects.toThrow(
    /^The code of Main\w+ is missing: .*asset\..*\. Synthesise the app again\.$/,
  );
});
