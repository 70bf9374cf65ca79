import type { TestProject } from "vitest/node";
import { synthesize } from "../../start/synth.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the synthesised app. */
    cdkOut: string;
  }
}

/** Synthesises once for all tests, from the cache if nothing has changed. */
export default async function setup(project: TestProject): Promise<void> {
  project.provide("cdkOut", await synthesize());
}
