import { afterEach, expect, test, vi } from "vitest";
import { db } from "../../functions/store/client.ts";
import { closeConnection, newConnectionId, openConnection } from "./world.ts";

afterEach(() => vi.restoreAllMocks());

test.each([
  ["its own page", { Origin: "https://chat.test" }, 200],
  ["another allowed page", { Origin: "http://localhost:3000" }, 200],
  ["a page at an allowed host with any port", { Origin: "http://dev.test:5173" }, 200],
  ["a page at that host with the usual port", { Origin: "http://dev.test" }, 200],
  ["a client that is no browser", {}, 200],
  ["a page of another site", { Origin: "https://evil.test" }, 403],
  ["a page of a host that ends alike", { Origin: "https://not-chat.test" }, 403],
  ["its own page by another scheme", { Origin: "http://chat.test" }, 403],
  ["a page of that host by another scheme", { Origin: "https://dev.test:5173" }, 403],
  ["a page of a host that begins alike", { Origin: "http://dev.test.evil.test" }, 403],
  ["its own host at another port", { Origin: "https://chat.test:8443" }, 403],
  ["a sandboxed page", { Origin: "null" }, 403],
  ["its own host by another protocol", { Origin: "ftp://chat.test" }, 403],
  ["a page of another site, in small letters", { origin: "https://evil.test" }, 403],
])("$connect answers %s: %j → %i", async (_, headers, status) => {
  expect(await openConnection(newConnectionId(), headers)).toEqual({ statusCode: status });
});

test.each([
  ["none", { "X-Origin-Key": "" }],
  ["another one", { "X-Origin-Key": "my key" }],
  ["one that begins alike", { "X-Origin-Key": "the keys" }],
])("$connect refuses what shows no key of CloudFront's: %s", async (_, headers) => {
  const own = { Origin: "https://chat.test", ...headers };
  expect(await openConnection(newConnectionId(), own)).toEqual({ statusCode: 403 });
});

test("a $connect or $disconnect that fails is logged, and throws nothing that API Gateway would answer", async () => {
  vi.spyOn(db, "send").mockRejectedValue(new Error("The table does not answer"));
  const connectionId = newConnectionId();
  const stock = { EIO: "4", transport: "websocket" };
  expect(await openConnection(connectionId, {}, stock)).toEqual({ statusCode: 503 });
  expect(await closeConnection(connectionId)).toEqual({ statusCode: 503 });
});
