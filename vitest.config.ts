import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { dynoxidePath } from "./test/support/tables/dynoxide.ts";

/** What takes long has files of its own, which `npm test` leaves out. */
const LONG = "**/*.long.test.ts";

interface Options extends NonNullable<TestProjectInlineConfiguration["test"]> {
  folder?: string;
  setupFiles?: string[];
}

/**
 * The files of the page take the longest. They come first, so that no worker is left with one of them
 * at the end.
 */
class WebFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isWeb = ({ project }: TestSpecification) => project.name === "web";
    return [...sorted.filter(isWeb), ...sorted.filter((file) => !isWeb(file))];
  }
}

/** `--mode all` runs every file, `--mode long` those that `npm test` leaves out. */
export default defineConfig(({ mode }) => {
  return {
    test: {
      globalSetup: "test/support/synth.ts",
      reporters: ["default", "./test/support/count-reporter.ts"],
      // A machine that does other work as well takes several times as long.
      testTimeout: 120_000,
      hookTimeout: 120_000,
      expect: { poll: { timeout: 30_000 } },
      // On two cores Vitest would take one file at a time, though most wait for something.
      maxWorkers: 3,
      sequence: { sequencer: WebFirst },
      env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
      projects: [
        project("protocol"),
        project("functions", {
          setupFiles: ["test/functions/setup.ts", "test/support/tables/setup.ts"],
          provide: { engine: "memory" },
        }),
        store("memory"),
        store("dynalite"),
        // This engine has a program for Linux on x64 alone.
        ...(dynoxidePath() === undefined ? [] : [store("dynoxide")]),
        project("infra"),
        project("local", { folder: "local/test" }),
        project("start"),
        project("behaviour", { globalSetup: ["test/support/shared-stack.ts"] }),
        project("conformance"),
        project("permissions"),
        project("chaos"),
        project("fuzz"),
        project("web", {
          globalSetup: ["test/support/shared-stack.ts", "test/support/shared-browser.ts"],
        }),
        project("checkout"),
      ],
    },
  };

  function project(name: string, options: Options = {}) {
    const { folder = `test/${name}`, setupFiles = [], ...more } = options;
    const test = {
      name,
      include: [mode === "long" ? `${folder}/${LONG}` : `${folder}/**/*.test.ts`],
      exclude: mode === "test" ? [LONG] : [],
      // The start of a process for each file takes half a second; this setup takes its place.
      isolate: false,
      setupFiles: ["test/support/fresh.ts", ...setupFiles],
      sequence: { setupFiles: "list" as const },
      ...more,
    };
    return { extends: true as const, test };
  }

  /** The contract of the store, on one engine for all of its files. */
  function store(engine: "memory" | "dynalite" | "dynoxide") {
    return project(`store-${engine}`, {
      folder: "test/store",
      setupFiles: ["test/support/tables/setup.ts"],
      globalSetup: engine === "memory" ? [] : "test/support/tables/engine.ts",
      provide: { engine },
    });
  }
});
