import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openBare } from "../support/clients.ts";
import { startStack } from "../support/stack.ts";

test("logs name invocations, events and connections, never texts, names, tokens or pids", async () => {
  const stack = await startStack();
  try {
    const client = await openBare(stack.origin, { name: "Rumpelstilzchen" });
    const text = "a text that nobody else may read";
    await client.emit("message", { room: "lobby", id: randomUUID(), text });
    await client.emit("message", { room: "nowhere", id: randomUUID(), text });
    const [{ pid }] = (await client.heard.next("connect")) as [{ pid: string }];
    await client.close();
    await stack.stop();
    const folder = join(stack.dataDir, "logs");
    const logs = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("");
    for (const said of ["connection opened", '"event":"connect"', '"event":"message"', "ended"]) {
      expect(logs).toContain(said);
    }
    const lines = logs.split("\n").filter((line) => line.startsWith("{"));
    expect(lines).not.toEqual([]);
    for (const line of lines) {
      expect(JSON.parse(line)).toMatchObject({
        function_request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        cold_start: expect.any(Boolean),
      });
    }
    const [, token = ""] = client.session.token?.split(".") ?? [];
    for (const secret of [text, "Rumpelstilzchen", token, pid.split(".")[1] ?? ""]) {
      expect(secret).not.toBe("");
      expect(logs).not.toContain(secret);
    }
  } finally {
    await stack.remove();
  }
});
