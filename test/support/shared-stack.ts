import type { TestProject } from "vitest/node";
import { startStack } from "./stack.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The address of the stack that the files of a project share. */
    origin: string;
  }
}

/** Starts one stack for all files of a project. Their people and rooms have names of their own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stack = await startStack();
  project.provide("origin", stack.origin);
  return async () => {
    await stack.remove();
  };
}
