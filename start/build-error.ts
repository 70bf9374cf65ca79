import { stripVTControlCharacters } from "node:util";
import { StartError } from "../local/src/run.ts";

/** The CDK app has failed. The message is the reason in its output. */
export class BuildError extends StartError {
  override name = "BuildError";

  constructor(output: string) {
    super(reasonIn(stripVTControlCharacters(output)));
  }
}

/** How the tools report a mistake and its place. */
const REASONS = [
  // esbuild, which bundles the functions
  /^✘ \[ERROR\] .+\n(?:\n| {2,}.+\n)+/gm,
  // Vite, which builds the page
  /(?<=Build failed with \d+ errors?:\n\s*)\[.+\n(?! {4}at )(?:.+\n(?! {4}at ))*/g,
  // The CDK app itself, of a key or a value of -c
  /^-c .+$/gm,
  // tsx, which runs the CDK app
  /^.+: ERROR: .+$/gm,
];

/** Other lines of the tools and of Node. */
const NOISE =
  /^(npm warn |Bundling asset |Node\.js v|node:internal|\s+triggerUncaughtException|\s*\^\s*$|\s+at .*(node_modules|node:))/;

function reasonIn(output: string): string {
  const found = REASONS.flatMap((pattern) => output.match(pattern) ?? []);
  if (found.length > 0) return found.map((text) => text.trim()).join("\n\n");
  const lines = output.split("\n").filter((line) => !NOISE.test(line));
  return lines.join("\n").trim();
}
