import { defineConfig } from "vitest/config";
import { dynoxidePath } from "./test/support/tables/dynoxide.ts";

export default defineConfig({
  test: {
    globalSetup: "test/support/synth.ts",
    reporters: ["default", "./test/support/count-reporter.ts"],
    // On two cores Vitest would take one file at a time, though most wait for something.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
    projects: [
      project("protocol"),
      onTables("memory", "functions", ["test/functions/setup.ts"]),
      onTables("memory", "store"),
      onTables("dynalite", "store"),
      // This engine has a program for Linux on x64 alone.
      ...(dynoxidePath() === undefined ? [] : [onTables("dynoxide", "store")]),
      project("infra"),
      project("local", "local/test"),
      project("start"),
      project("behaviour"),
      project("conformance"),
      project("permissions"),
      project("chaos"),
      project("web"),
      project("checkout"),
    ],
  },
});

function project(name: string, folder = `test/${name}`) {
  return { extends: true as const, test: { name, include: [`${folder}/**/*.test.ts`] } };
}

/** Tests of the functions in this process, with the template's tables in an engine. */
function onTables(
  engine: "memory" | "dynalite" | "dynoxide",
  folder: "functions" | "store",
  setup: string[] = [],
) {
  const { extends: inherit, test } = project(folder);
  const name = folder === "store" ? `store-${engine}` : folder;
  const setupFiles = [...setup, "test/support/tables/setup.ts"];
  return { extends: inherit, test: { ...test, name, setupFiles, provide: { engine } } };
}
