import { Lexer } from "marked";
import { parse } from "../../web/markdown/parse.ts";
import { nasty } from "../web/nasty.ts";

/** What people write, with a little of everything. */
const usual = [
  "Moved the stand-up to **10:30** tomorrow, ok?",
  "> can we drop the old endpoint?\nyes, see https://example.com/changes/1742",
  "Three things:\n- the build\n- `npm run check`\n- and *lunch*",
  "```ts\nconst a = 1;\nconsole.log(a);\n```\nthat prints it twice",
  "Lorem ipsum dolor sit amet, consectetur adipiscing elit. ".repeat(12),
  "👍",
];
const MESSAGES = 1_000;
const RUNS = 5;

/** No text may hold up the page for longer, in ms. */
const GOAL_MS = 50;

/** The time to parse messages' Markdown, beside marked with its own settings. */
export async function measureMarkdown() {
  const perMessage = (read: (text: string) => unknown) => {
    const ms = best(() => {
      for (let n = 0; n < MESSAGES; n++) read(usual[n % usual.length] ?? "");
    });
    return (ms / MESSAGES) * 1_000;
  };
  const rows = [
    row("a message as people write it, µs", perMessage(parse), perMessage(plain)),
    ...Object.entries(nasty).map(([name, text]) =>
      row(
        `4,000 characters: ${name}, ms`,
        best(() => parse(text)),
        // It takes seconds for what takes the page no time.
        timeOf(() => plain(text)),
        `≤ ${GOAL_MS}`,
      ),
    ),
  ];
  return rows;
}

function row(name: string, ours: number, peer: number, goal = "") {
  const ratio = `${(ours / peer).toFixed(ours < peer / 100 ? 4 : 2)}×`;
  return { row: name, ours: ours.toFixed(1), peer: peer.toFixed(1), ratio, goal };
}

function plain(text: string): void {
  try {
    new Lexer({ gfm: true, breaks: true }).lex(text);
  } catch {
    // The stack ends before the text does.
  }
}

function timeOf(read: () => unknown): number {
  const start = performance.now();
  read();
  return performance.now() - start;
}

function best(read: () => unknown): number {
  return Math.min(...Array.from({ length: RUNS }, () => timeOf(read)));
}
