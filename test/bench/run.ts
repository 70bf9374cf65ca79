import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openBrowser } from "../support/browser.ts";
import { startStack } from "../support/stack.ts";
import { measureBusy } from "./busy.ts";
import { measureLong } from "./long.ts";
import { measureStart } from "./start.ts";
import { type Figure, table } from "./table.ts";

// npm run bench              measures the page and prints a table
// npm run bench -- --write   and puts it into docs/page.md

const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });

const browser = await openBrowser();
if (typeof browser === "string") throw new Error(browser);
const stack = await startStack();
try {
  const figures: Figure[] = [];
  for (const measure of [measureStart, measureBusy, measureLong]) {
    figures.push(...(await measure(browser, stack.origin)));
  }
  const text = table(figures);
  console.log(text);
  if (values.write) {
    const path = fileURLToPath(new URL("../../docs/page.md", import.meta.url));
    await writeFile(path, text);
  }
} finally {
  await browser.close();
  await stack.stop();
  await stack.remove();
}
