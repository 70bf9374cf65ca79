import { createHash, randomBytes, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import * as v from "valibot";
import { AwsError } from "../aws/operation.ts";
import type { BucketDefinition, LifecycleRule } from "../template/read-buckets.ts";

const Version = v.object({
  key: v.string(),
  /** The version's id: `null` in a bucket without versions. */
  id: v.string(),
  /** When it was written, in ms since the epoch; later versions of a key have later times. */
  at: v.number(),
  /** A delete marker has no content. */
  deleted: v.boolean(),
  size: v.number(),
  type: v.string(),
  etag: v.string(),
  tags: v.record(v.string(), v.string()),
  /** The name of its file, to which `.json` is added for what stands here. */
  file: v.string(),
});
export type Version = v.InferOutput<typeof Version>;

type Attributes = Pick<Version, "type" | "tags">;

/** What a body must be to be kept. */
interface Expected {
  /** In bytes. */
  readonly least?: number;
  readonly most?: number | undefined;
  readonly sha256?: string | undefined;
}

/** The largest object that one request writes, as in S3. */
const MAX_SIZE = 5 * 1024 ** 3;

const DAY = 24 * 60 * 60 * 1_000;

/**
 * A bucket in a folder: two files for each version of an object. Their names are made here, since a
 * key may hold anything.
 */
export class Bucket {
  readonly definition: BucketDefinition;
  readonly #folder: string;
  /** By key, the newest version first. */
  readonly #versions = new Map<string, Version[]>();

  private constructor(folder: string, definition: BucketDefinition) {
    this.#folder = folder;
    this.definition = definition;
  }

  static async open(parent: string, definition: BucketDefinition): Promise<Bucket> {
    const folder = join(parent, encodeURIComponent(definition.name));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const bucket = new Bucket(folder, definition);
    const files = new Set(await readdir(folder));
    const found = await Promise.all(
      [...files].filter((name) => name.endsWith(".json")).map((name) => read(join(folder, name))),
    );
    const versions = found.flatMap((one) => one ?? []).sort((a, b) => a.at - b.at);
    for (const version of versions) {
      bucket.#add(version);
      for (const name of [version.file, `${version.file}.json`]) files.delete(name);
    }
    // What was being written when the process ended.
    await Promise.all([...files].map((name) => rm(join(folder, name))));
    return bucket;
  }

  /** A version of an object, or its newest one. */
  find(key: string, id?: string): Version | undefined {
    const versions = this.#versions.get(key);
    return id === undefined ? versions?.[0] : versions?.find((one) => one.id === id);
  }

  /** The newest versions of all objects that there are, by key. */
  list(): Version[] {
    return [...this.#versions.values()]
      .flatMap(([newest]) => (newest === undefined || newest.deleted ? [] : newest))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  pathOf({ file }: Version): string {
    return join(this.#folder, file);
  }

  /**
   * Writes an object while it is read.
   * @throws {AwsError} if it is not as expected; then nothing is kept of it
   */
  async put(
    key: string,
    { type, tags }: Attributes,
    body: AsyncIterable<Buffer>,
    { least = 0, most = MAX_SIZE, sha256: expected }: Expected,
  ): Promise<Version> {
    const file = randomUUID();
    const path = join(this.#folder, file);
    const [md5, sha256] = [createHash("md5"), createHash("sha256")];
    let size = 0;
    async function* measured() {
      for await (const chunk of body) {
        size += chunk.length;
        if (size > most) throw new AwsError("EntityTooLarge", "The file is larger than it may be");
        md5.update(chunk);
        sha256.update(chunk);
        yield chunk;
      }
    }
    try {
      await pipeline(measured, createWriteStream(path));
      if (size < least) throw new AwsError("EntityTooSmall", "The file is smaller than it may be");
      if (expected !== undefined && expected !== sha256.digest("hex")) {
        throw new AwsError("XAmzContentSHA256Mismatch", "The body is not the one that was signed");
      }
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    const etag = `"${md5.digest("hex")}"`;
    return this.#append(key, { deleted: false, size, type, etag, tags, file });
  }

  /**
   * Deletes a version for good. Without an id, a versioned bucket keeps the versions and
   * adds a delete marker.
   */
  async delete(key: string, id?: string): Promise<Version | undefined> {
    if (id === undefined && this.definition.versioned) {
      const nothing = { size: 0, type: "", etag: "", tags: {} };
      return this.#append(key, { ...nothing, deleted: true, file: randomUUID() });
    }
    const version = this.find(key, id);
    if (version !== undefined) await this.#remove(version);
    return version;
  }

  async untag(version: Version): Promise<void> {
    version.tags = {};
    await this.#note(version);
  }

  /** Does what the lifecycle's rules say. S3 does it at the midnight (UTC) that follows. */
  async expire(now = Date.now()): Promise<void> {
    for (const rule of this.definition.rules) {
      for (const versions of [...this.#versions.values()]) await this.#expire(rule, versions, now);
    }
  }

  async #expire(rule: LifecycleRule, versions: readonly Version[], now: number): Promise<void> {
    const { ExpirationInDays: days = Infinity, NoncurrentVersionExpiration: old } = rule;
    const [newest, ...others] = versions;
    if (newest === undefined) return;
    for (const [index, version] of others.entries()) {
      const since = versions[index]?.at ?? now;
      const isOver = now - since >= (old?.NoncurrentDays ?? Infinity) * DAY;
      if (isOver && applies(rule, version)) await this.#remove(version);
    }
    if (newest.deleted) {
      const isLast = this.#versions.get(newest.key)?.length === 1;
      if (rule.ExpiredObjectDeleteMarker && isLast && applies(rule, newest))
        await this.#remove(newest);
    } else if (now - newest.at >= days * DAY && applies(rule, newest))
      await this.delete(newest.key);
  }

  async #append(key: string, written: Omit<Version, "key" | "id" | "at">): Promise<Version> {
    const before = this.find(key);
    const id = this.definition.versioned ? randomBytes(16).toString("base64url") : "null";
    const version = { ...written, key, id, at: Math.max(Date.now(), (before?.at ?? 0) + 1) };
    this.#add(version);
    await this.#note(version);
    if (before !== undefined && !this.#keeps(before)) await this.#remove(before);
    return version;
  }

  /**
   * Whether a version is kept beside a newer one. S3 keeps what a rule expires by its tag for days;
   * here, repeated uploads of the same key would fill the disk.
   */
  #keeps(version: Version): boolean {
    const { versioned, rules } = this.definition;
    const isToExpire = (rule: LifecycleRule) =>
      rule.TagFilters.length > 0 && rule.NoncurrentVersionExpiration && applies(rule, version);
    return versioned && !rules.some(isToExpire);
  }

  #add(version: Version): void {
    this.#versions.set(version.key, [version, ...(this.#versions.get(version.key) ?? [])]);
  }

  async #note(version: Version): Promise<void> {
    await writeFile(`${this.pathOf(version)}.json`, JSON.stringify(version));
  }

  async #remove(version: Version): Promise<void> {
    const left = this.#versions.get(version.key)?.filter((one) => one !== version) ?? [];
    if (left.length > 0) this.#versions.set(version.key, left);
    else this.#versions.delete(version.key);
    await rm(`${this.pathOf(version)}.json`, { force: true });
    await rm(this.pathOf(version), { force: true });
  }
}

function applies({ Prefix, TagFilters }: LifecycleRule, { key, tags }: Version): boolean {
  return key.startsWith(Prefix) && TagFilters.every(({ Key, Value }) => tags[Key] === Value);
}

/** What a file says of a version; undefined if it was not written to its end. */
async function read(path: string): Promise<Version | undefined> {
  try {
    return v.parse(Version, JSON.parse(await readFile(path, "utf8")));
  } catch {
    return undefined;
  }
}
