import type { TestProject } from "vitest/node";
import { openBrowserServer } from "./browser.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** How the files of a project connect to the browser that they share, or why there is none. */
    browser: { readonly endpoint: string } | { readonly missing: string };
  }
}

/** Starts one browser for all files of a project, each with windows of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openBrowserServer();
  if (typeof server === "string") {
    project.provide("browser", { missing: server });
    return async () => {};
  }
  project.provide("browser", { endpoint: server.wsEndpoint() });
  return () => server.close();
}
