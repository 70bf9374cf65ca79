import { defineConfig } from "vitest/config";
import { dynoxidePath } from "./test/functions/dynoxide.ts";

export default defineConfig({
  test: {
    globalSetup: "test/support/synth.ts",
    reporters: ["default", "./test/support/count-reporter.ts"],
    // On two cores Vitest would take one file at a time, though most wait for something.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      project("protocol"),
      functions("dynalite"),
      // The other engine has a program for Linux on x64 alone; elsewhere dynalite has to do.
      ...(dynoxidePath() === undefined ? [] : [functions("dynoxide")]),
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

function functions(engine: "dynalite" | "dynoxide") {
  const { extends: inherit, test } = project("functions");
  const name = engine === "dynalite" ? test.name : `${test.name}-${engine}`;
  const setupFiles = "test/functions/setup.ts";
  // These are about our steps, not the engine's expressions, and take longest.
  const steps = "test/functions/{orders,faults,raw,recovery,sweep}*.test.ts";
  const exclude = engine === "dynalite" ? [] : [steps];
  return { extends: inherit, test: { ...test, name, exclude, setupFiles, provide: { engine } } };
}
