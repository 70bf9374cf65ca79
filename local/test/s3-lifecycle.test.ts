import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { Bucket } from "../src/s3/bucket.ts";

const NEW = { state: "new" };
const DAY = 24 * 60 * 60 * 1_000;

test("what was posted with a tag keeps it until it is taken away, and a rule goes by it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cdk-websocket-local-s3-"));
  try {
    const definition = {
      name: "b",
      host: "",
      versioned: true,
      cors: [],
      denials: [],
      listed: false,
      rules: [
        {
          Status: "Enabled" as const,
          Prefix: "",
          TagFilters: [{ Key: "state", Value: "new" }],
          ExpirationInDays: 1,
          ExpiredObjectDeleteMarker: false,
          NoncurrentVersionExpiration: { NoncurrentDays: 1 },
        },
        {
          Status: "Enabled" as const,
          Prefix: "",
          TagFilters: [],
          ExpirationInDays: undefined,
          ExpiredObjectDeleteMarker: true,
          NoncurrentVersionExpiration: undefined,
        },
      ],
    };
    const bucket = await Bucket.open(folder, definition);
    const write = (key: string, tags: Record<string, string>) =>
      bucket.put(key, { type: "", tags }, Readable.from([Buffer.from("x")]), {});
    const kept = await write("kept", NEW);
    await bucket.untag(kept);
    await write("kept", NEW);
    const again = await write("unclaimed", NEW);
    await write("unclaimed", NEW);
    expect(bucket.find("unclaimed", again.id)).toBeUndefined();
    await bucket.expire(Date.now() + DAY - 1_000);
    expect(bucket.list().map(({ key }) => key)).toEqual(["kept", "unclaimed"]);
    for (const days of [1, 2.5, 4]) await bucket.expire(Date.now() + days * DAY);
    // After a restart too.
    await writeFile(join(folder, "b", randomUUID()), "left by a crash");
    const opened = await Bucket.open(folder, definition);
    expect(opened.find("unclaimed")).toBeUndefined();
    expect(opened.find("kept", kept.id)).toMatchObject({ size: 1, tags: {} });
    expect(await readFile(opened.pathOf(kept), "utf8")).toBe("x");
  } finally {
    await rm(folder, { recursive: true });
  }
});
