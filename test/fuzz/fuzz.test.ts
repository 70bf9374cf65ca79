import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";
import { fuzzDirectly } from "./direct.ts";
import { fuzzGateway } from "./gateway.ts";
import { fuzzHttp } from "./http.ts";
import { Tally } from "./tally.ts";

/** A short run of `npm run fuzz`, with inputs that are the same each time. */

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.remove());

test("whatever the schemas and the dialects are given, they answer with a code", () => {
  const tally = new Tally();
  fuzzDirectly(tally, 1, 300);
  expect(tally.findings).toEqual([]);
  expect(tally.codes.keys()).toContain("ok");
});

test("whatever a connection sends, it gets a code of the closed set, and an envelope connection stays (promise 9)", async () => {
  const tally = new Tally();
  await fuzzGateway(tally, {
    origin: stack.origin,
    seed: 1,
    connections: 5,
    until: () => tally.inputs < 200,
  });
  expect(tally.findings).toEqual([]);
  expect(tally.codes.keys()).toContain("ok");
});

test("whatever is asked over HTTP, nothing fails on the server", async () => {
  const tally = new Tally();
  await fuzzHttp(tally, { stack: stack.runtime, seed: 1, until: () => tally.inputs < 400 });
  expect(tally.findings).toEqual([]);
  expect(tally.codes.keys()).toContain("204");
});
