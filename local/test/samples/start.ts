import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { App } from "aws-cdk-lib";
import { type Running, run } from "../../src/run.ts";
import { synthesize } from "./synth.ts";

const running: Running[] = [];
const folders: string[] = [];

/** Stops and removes what the functions below have made. */
export async function removeAll(): Promise<void> {
  for (const one of running.splice(0)) await one.stop();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

/** Synthesises an app into a folder that `removeAll` removes. */
export async function project(build: (app: App) => unknown): Promise<string> {
  const folder = await synthesize(build);
  folders.push(folder);
  return folder;
}

/** Runs a project's app. @returns the address of its socket */
export async function start(folder: string, stack?: string): Promise<string> {
  const one = await run({ assembly: folder, data: join(folder, "data"), port: 0, stack });
  running.push(one);
  return one.socketUrl ?? "";
}
