import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { startFixture } from "./fixtures/runtime.ts";

test("the AWS command line copies, lists, synchronises and removes", async ({ skip }) => {
  const fixture = await startFixture({
    template: ({ Resources }) => {
      Resources.Plain = { Type: "AWS::S3::Bucket", Properties: { BucketName: "plain" } };
    },
  });
  onTestFinished(() => fixture.stop());
  const aws = (...args: string[]) =>
    promisify(execFile)("aws", ["s3", ...args, "--endpoint-url", fixture.endpoint], {
      env: {
        PATH: process.env.PATH,
        HOME: tmpdir(),
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_DEFAULT_REGION: "us-east-1",
      },
    });
  const has = await promisify(execFile)("aws", ["--version"]).catch(() => undefined);
  if (has === undefined) return skip();
  const file = join(fixture.data, "up.txt");
  await writeFile(file, "from the command line");
  await aws("cp", file, "s3://plain/dir/up.txt");
  expect((await aws("ls", "s3://plain/dir/")).stdout).toMatch(/ 21 up\.txt/);
  expect((await aws("cp", "s3://plain/dir/up.txt", "-")).stdout).toBe("from the command line");
  await aws("rm", "s3://plain/dir/up.txt");
  const folder = join(fixture.data, "synchronised");
  await mkdir(folder);
  await writeFile(join(folder, "one.txt"), "1");
  await aws("sync", folder, "s3://plain/copy");
  expect((await aws("sync", folder, "s3://plain/copy")).stdout).toBe("");
  expect((await aws("ls", "s3://plain", "--recursive")).stdout).toMatch(/ 1 copy\/one\.txt\n$/);
});
