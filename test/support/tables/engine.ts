import { once } from "node:events";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import type { TestProject } from "vitest/node";
import { startDynoxide } from "./dynoxide.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The engine that plays DynamoDB in a project. */
    engine: "memory" | "dynalite" | "dynoxide";
    /** Its address, unless it is in memory. */
    dynamodb: string;
  }
}

/** Starts the engine of a project for all of its files. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { engine } = project.getProvidedContext();
  const { url, stop } = await (engine === "dynoxide" ? startDynoxide() : startDynalite());
  project.provide("dynamodb", url);
  return stop;
}

async function startDynalite() {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => void server.close() };
}
