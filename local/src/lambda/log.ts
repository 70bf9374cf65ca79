import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const MAX_LINE = 400;

export const LOG_STREAM = "local";

/** A function's log file. Errors also appear on the terminal, in one line each. */
export class FunctionLog {
  readonly #id: string;
  readonly #file: WriteStream;
  #denied: string | undefined;

  constructor(folder: string, id: string) {
    this.#id = id;
    this.#file = createWriteStream(join(folder, `${id}.log`), { flags: "a", mode: 0o600 });
    // The disk is full or the file is another user's: the function runs on.
    this.#file.on("error", ({ message }) => this.#tell(`its log is not written: ${message}`));
  }

  /** Takes what an execution environment writes. */
  follow(stdout: Readable, stderr: Readable): void {
    stdout.on("data", (chunk: Buffer) => this.#write(chunk));
    createInterface({ input: stderr }).on("line", (line) => {
      this.#write(`${line}\n`);
      const summary = summarize(line);
      if (summary !== undefined) this.#tell(summary);
    });
  }

  error(requestId: string, payload: { errorType: string; errorMessage: string }): void {
    this.#write(`${JSON.stringify({ level: "ERROR", requestId, ...payload })}\n`);
    this.#tell(`${payload.errorType}: ${payload.errorMessage}`);
  }

  /** @param denied why the role does not let Lambda write the log, if it does not */
  allow(denied: string | undefined): void {
    if (denied !== undefined && denied !== this.#denied)
      this.#tell(`its log is not written: ${denied}`);
    this.#denied = denied;
  }

  close(): void {
    this.#file.end();
  }

  #write(chunk: string | Buffer): void {
    if (this.#denied === undefined) this.#file.write(chunk);
  }

  #tell(text: string): void {
    const [line = ""] = text.split("\n");
    console.error(`${this.#id}: ${line.slice(0, MAX_LINE)}`);
  }
}

/**
 * The part of a line that is shown on the terminal: plain text, and the errors of structured logs.
 */
function summarize(line: string): string | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return line.trim() === "" ? undefined : line;
  }
  if (typeof entry !== "object" || entry === null || !("level" in entry)) return line;
  if (!/^(error|critical|fatal)$/i.test(String(entry.level))) return undefined;
  const message = "message" in entry ? String(entry.message) : "";
  const error = "error" in entry ? entry.error : undefined;
  const cause =
    typeof error === "object" && error !== null && "message" in error ? `: ${error.message}` : "";
  return `${message}${cause}`;
}
