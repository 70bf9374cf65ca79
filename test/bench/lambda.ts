import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { build } from "esbuild";
import * as v from "valibot";
import { synthesize } from "../../start/synth.ts";
import { bundleOf, readResources } from "../support/template.ts";
import type { Row } from "./rows.ts";

/** The size and the start of the bundles, and the posts beside those of the SDK's client. */
export async function measureFunctions(): Promise<Row[]> {
  return [
    ...(await measureBundles()),
    ...(await measurePosts(0)),
    ...(await measurePosts(15)),
    ...(await measureCalls()),
  ];
}

const STARTS = 11;
const POSTS = 5_000;
const SIDE_BY_SIDE = 64;

async function measureBundles(): Promise<Row[]> {
  const cdkOut = await synthesize();
  const folder = await mkdtemp(join(tmpdir(), "natter-bench-"));
  const bare = join(folder, "bare.mjs");
  await build({
    stdin: {
      contents:
        'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; export default new DynamoDBClient({});',
      resolveDir: fileURLToPath(new URL("../..", import.meta.url)),
    },
    outfile: bare,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    mainFields: ["module", "main"],
    minifySyntax: true,
    minifyWhitespace: true,
    banner: {
      js: 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);',
    },
  });
  const kb = (path: string) => `${Math.round(statSync(path).size / 1_000)} KB`;
  const variables = variablesOf(cdkOut);
  const [ours, peer] = [bundleOf(cdkOut, "Socket"), bare].map((path) => startOf(path, variables));
  const rows: Row[] = [
    { row: "bundle `socket`", ours: kb(bundleOf(cdkOut, "Socket")), goal: "≤ 700 KB" },
    { row: "bundle `open`", ours: kb(bundleOf(cdkOut, "Open")), goal: "≤ 250 KB" },
    {
      row: "CPU of the start of `socket`, compared with the bare DynamoDB client",
      ours: `${ours?.toFixed(0)} ms`,
      peer: `${peer?.toFixed(0)} ms`,
      ratio: `${((ours ?? 0) / (peer ?? 1)).toFixed(2)}×`,
      goal: "≤ 1.4×",
    },
  ];
  await rm(folder, { recursive: true });
  return rows;
}

const Environment = v.object({ Variables: v.record(v.string(), v.unknown()) });

/** Every variable of the template's functions; what only a deployment knows has a value of no use. */
export function variablesOf(cdkOut: string): Record<string, string> {
  const found = Object.values(readResources(cdkOut)).flatMap(({ Properties }) => {
    const { success, output } = v.safeParse(Environment, Properties.Environment);
    return success ? Object.entries(output.Variables) : [];
  });
  const made = (name: string) => (name.endsWith("_URL") ? "https://x.test/ws" : "x");
  const known = found.map(([name, value]) => [
    name,
    typeof value === "string" ? value : made(name),
  ]);
  return {
    ...Object.fromEntries(known),
    ...CREDENTIALS,
    PATH: process.env.PATH ?? "",
  };
}

const CREDENTIALS = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "key",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "token".repeat(160),
};

/** The median of the CPU, in ms, that the import of a bundle takes. */
function startOf(path: string, env: Record<string, string>): number {
  const script = `const before = process.cpuUsage(); await import(${JSON.stringify(path)});
    const { user, system } = process.cpuUsage(before); console.log((user + system) / 1e3); process.exit();`;
  const times = Array.from({ length: STARTS }, () =>
    Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { env })),
  );
  return times.toSorted((one, other) => one - other)[(STARTS - 1) / 2] ?? 0;
}

async function serve(delay: number) {
  const server = fork(fileURLToPath(new URL("serve.ts", import.meta.url)), [`${delay}`]);
  const [{ port }] = (await once(server, "message")) as [AddressInfo];
  return { server, port, endpoint: `http://127.0.0.1:${port}/ws` };
}

async function measurePosts(delay: number): Promise<Row[]> {
  const { server, endpoint, port } = await serve(delay);
  Object.assign(process.env, CREDENTIALS, {
    CALLBACK_URL: endpoint,
    POWERTOOLS_LOG_LEVEL: "SILENT",
  });
  const body = JSON.stringify({
    action: "message",
    data: [{ room: "lobby", text: "x".repeat(200) }],
  });
  const ids = Array.from({ length: POSTS }, (_, n) => `connection-${n}=`);

  const client = new ApiGatewayManagementApiClient({
    endpoint,
    requestHandler: { httpAgent: { maxSockets: SIDE_BY_SIDE } },
  });
  const { parallel } = await import("../../functions/parallel.ts");
  // A query makes it a module of its own, with the address of this server.
  const { post } = await import(`../../functions/aws/posts.ts?${port}`);
  const peer = await rateOf(() =>
    parallel(
      ids,
      (ConnectionId) => client.send(new PostToConnectionCommand({ ConnectionId, Data: body })),
      SIDE_BY_SIDE,
    ),
  );
  const ours = await rateOf(() =>
    post(
      ids.map((connectionId) => ({ connectionId, body })),
      60_000,
    ),
  );
  server.kill();
  const when = delay === 0 ? "server answers at once" : `server answers after ${delay} ms`;
  const rows: Row[] = [
    {
      row: `posts/s, ${when}, compared with the SDK's client`,
      ours: ours.rate.toFixed(0),
      peer: peer.rate.toFixed(0),
      ratio: `${(ours.rate / peer.rate).toFixed(1)}×`,
      goal: delay === 0 ? "≥ 3×" : "≥ 2.5×",
    },
  ];
  if (delay > 0) return rows;
  const [cpu, its] = [ours, peer].map((one) => `${one.cpu.toFixed(0)} µs`);
  rows.push({
    row: "CPU per post, compared with the SDK's client",
    ours: cpu ?? "",
    peer: its ?? "",
    ratio: `${(ours.cpu / peer.cpu).toFixed(2)}×`,
    goal: "≤ 0.2×",
  });
  return rows;
}

/** What the SDK adds to a call of DynamoDB: the store's client beside a request that is signed by hand. */
async function measureCalls(): Promise<Row[]> {
  const { server, endpoint, port } = await serve(0);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = endpoint;
  const { parallel } = await import("../../functions/parallel.ts");
  const { prepare } = await import("../../functions/aws/requests.ts");
  const { toAttributes } = await import("../../functions/store/attributes.ts");
  // The bench of the hot room may have put tables in memory into the store's own module.
  const { db } = await import(`../../functions/store/client.ts?${port}`);
  const Item = { room: "lobby", seq: 1, author: { id: "1", name: "Ada" }, text: "x".repeat(200) };
  const body = JSON.stringify({ TableName: "history", Item: toAttributes(Item) });
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.PutItem",
  };
  const url = new URL(endpoint);
  const numbers = [...Array(POSTS).keys()];
  const put = () => db.send(new PutItemCommand({ TableName: "history", Item: toAttributes(Item) }));
  const ours = await rateOf(() => parallel(numbers, put, SIDE_BY_SIDE));
  const byHand = () => prepare({ url, service: "dynamodb", method: "POST", headers, body })("/");
  const peer = await rateOf(() => parallel(numbers, byHand, SIDE_BY_SIDE));
  server.kill();
  return [
    {
      row: "CPU of a PutItem in the function, compared with a request signed by hand",
      ours: `${ours.cpu.toFixed(0)} µs`,
      peer: `${peer.cpu.toFixed(0)} µs`,
      ratio: `${(ours.cpu / peer.cpu).toFixed(1)}×`,
    },
  ];
}

/** The better of two runs: posts per second, and µs of CPU for each. */
async function rateOf(run: () => Promise<unknown>): Promise<{ rate: number; cpu: number }> {
  const runs: { rate: number; cpu: number }[] = [];
  for (let n = 0; n < 2; n++) {
    const [begun, before] = [performance.now(), process.cpuUsage()];
    await run();
    const { user, system } = process.cpuUsage(before);
    runs.push({
      rate: (POSTS * 1_000) / (performance.now() - begun),
      cpu: (user + system) / POSTS,
    });
  }
  return {
    rate: Math.max(...runs.map(({ rate }) => rate)),
    cpu: Math.min(...runs.map(({ cpu }) => cpu)),
  };
}
