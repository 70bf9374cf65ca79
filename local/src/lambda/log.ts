import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough, Writable } from "node:stream";

const MAX_LINE = 400;

export const LOG_STREAM = "local";

/** A function's log file. What goes wrong also appears on the terminal, in one line. */
export class FunctionLog {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly #id: string;
  readonly #file: WriteStream;
  #denied: string | undefined;

  constructor(folder: string, id: string) {
    mkdirSync(folder, { recursive: true });
    this.#id = id;
    this.#file = createWriteStream(join(folder, `${id}.log`), { flags: "a" });
    // A full disk, or a file of another user: what the function does goes on.
    this.#file.on("error", ({ message }) => this.#unwritten(message));
    this.stdout = new Writable({
      write: (chunk, _, done) => {
        this.#write(chunk);
        done();
      },
    });
    this.stdout.setMaxListeners(0);
    const stderr = new PassThrough();
    stderr.setMaxListeners(0);
    createInterface({ input: stderr }).on("line", (line) => {
      this.#write(`${line}\n`);
      const summary = summarize(line);
      if (summary !== undefined) this.#tell(summary);
    });
    this.stderr = stderr;
  }

  error(requestId: string, payload: { errorType: string; errorMessage: string }): void {
    this.#write(`${JSON.stringify({ level: "ERROR", requestId, ...payload })}\n`);
    this.#tell(`${payload.errorType}: ${payload.errorMessage}`);
  }

  /** Whether the role lets Lambda write the log, as it stands from now on. */
  allow(denied: string | undefined): void {
    if (denied !== undefined && denied !== this.#denied) this.#unwritten(denied);
    this.#denied = denied;
  }

  close(): void {
    this.#file.end();
  }

  #write(chunk: string | Buffer): void {
    if (this.#denied === undefined) this.#file.write(chunk);
  }

  #unwritten(why: string): void {
    this.#tell(`its log is not written: ${why}`);
  }

  #tell(text: string): void {
    const [line = ""] = text.split("\n");
    console.error(`${this.#id}: ${line.slice(0, MAX_LINE)}`);
  }
}

/** A line as a person reads it; of structured logs the errors only. */
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
