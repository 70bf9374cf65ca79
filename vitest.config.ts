import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "test/support/synth.ts",
    reporters: ["default", "./test/support/count-reporter.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      project("protocol"),
      project("functions", { setupFiles: "test/functions/setup.ts" }),
      project("infra"),
      project("local"),
      project("behaviour"),
      project("web"),
      project("checkout"),
    ],
  },
});

function project(name: string, options: { setupFiles?: string } = {}) {
  return {
    extends: true as const,
    test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
  };
}
