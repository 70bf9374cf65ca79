import { createHash, type Hash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** The files and folders that the output is made from. */
const INPUTS = [
  "infra",
  "functions",
  "protocol",
  "web",
  "cdk.json",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "vite.config.ts",
];

/** A hash of the output's inputs: the project's files, Node's major version and the settings. */
export async function hashInputs(root: string, settings: string): Promise<string> {
  const hash = createHash("sha256");
  hash.update(`${process.versions.node.split(".")[0]}\0${settings}\0`);
  for (const input of INPUTS) await hashInto(hash, root, input);
  return hash.digest("hex").slice(0, 16);
}

async function hashInto(hash: Hash, root: string, path: string): Promise<void> {
  const file = join(root, path);
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined) return;
  if (stats.isDirectory()) {
    for (const name of (await readdir(file)).sort()) await hashInto(hash, root, `${path}/${name}`);
  } else {
    const content = await readFile(file);
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
}
