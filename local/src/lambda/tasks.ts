import { hash } from "node:crypto";
import { cp, mkdir, readFile, realpath, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir, userInfo } from "node:os";
import { dirname, join, sep } from "node:path";
import { unzipSync } from "fflate";
import { StartError } from "../start-error.ts";
import type { FunctionDefinition, FunctionResource } from "../template/read-functions.ts";

/** The scopes of the AWS SDK that Lambda's Node runtimes bring, and a package of each. */
const PROVIDED = { "@aws-sdk": "@aws-sdk/client-dynamodb", "@smithy": "@smithy/core" };

/**
 * The functions' code, unpacked as in Lambda: each in its own folder (Lambda's `/var/task`), beside
 * the AWS SDK and away from the packages of the project that it comes from.
 * @param data the data folder, which one process uses at a time
 */
export async function createTasks(data: string) {
  // Below a project, Node would find that project's packages.
  const parent = await realpath(tmpdir());
  const root = join(parent, `cdk-websocket-local-${hash("sha1", `${userInfo().uid} ${data}`)}`);
  // A process that was killed has left it behind.
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { mode: 0o700 });
  await mkdir(join(root, "node_modules"));
  for (const [scope, name] of Object.entries(PROVIDED)) {
    await symlink(scopeFolder(scope, name), join(root, "node_modules", scope), "junction");
  }
  const unpacked = new Map<string, Promise<string>>();
  const folderOf = ({ id, code }: FunctionResource) => {
    const key = JSON.stringify(code);
    const folder = unpacked.get(key) ?? unpack(id, code, join(root, `${unpacked.size}`));
    unpacked.set(key, folder);
    return folder;
  };
  return {
    place: (functions: readonly FunctionResource[]): Promise<FunctionDefinition[]> =>
      Promise.all(functions.map(async (one) => ({ ...one, code: await folderOf(one) }))),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function unpack(id: string, code: FunctionResource["code"], folder: string) {
  await mkdir(folder);
  if (code.asset === undefined) {
    await writeFile(join(folder, "index.js"), code.inline);
    return folder;
  }
  const stats = await stat(code.asset).catch(() => undefined);
  if (stats === undefined) {
    throw new StartError(`The code of ${id} is missing: ${code.asset}. Synthesise the app again.`);
  }
  if (stats.isDirectory()) await cp(code.asset, folder, { recursive: true });
  else await unzip(code.asset, folder);
  return folder;
}

/** The folder of a scope among this package's dependencies, wherever npm has put them. */
function scopeFolder(scope: string, name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  return join(entry.slice(0, entry.lastIndexOf(join(sep, scope, sep))), scope);
}

async function unzip(file: string, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(unzipSync(await readFile(file)))) {
    const path = join(folder, name);
    const isFolder = name.endsWith("/");
    await mkdir(isFolder ? path : dirname(path), { recursive: true });
    if (!isFolder) await writeFile(path, content);
  }
}
