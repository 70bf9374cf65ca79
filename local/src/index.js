// The package's entry for programs that run without a TypeScript loader.
import { tsImport } from "tsx/esm/api";

/** @type {typeof import("./run.ts")} */
const { printStatistics, run, StartError, stopWithProcess } = await tsImport(
  "./run.ts",
  import.meta.url,
);

export { printStatistics, run, StartError, stopWithProcess };
