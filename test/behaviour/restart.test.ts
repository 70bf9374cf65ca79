import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { openAdapter, openBare } from "../support/clients.ts";
import { startStack } from "../support/stack.ts";

test("kill -9 and a restart keep every acknowledged message and the guests' tokens (promise 1)", async () => {
  let stack = await startStack();
  const { dataDir } = stack;
  try {
    const ada = await openAdapter(stack.origin, { name: "Ada" });
    const token = ada.session.token ?? "";
    const acknowledged: string[] = [];
    for (let n = 0; n < 15; n++) {
      const id = randomUUID();
      const ack = await ada.emit("message", { room: "lobby", id, text: `${n}` });
      if (ack.ok) acknowledged.push(id);
    }
    await stack.kill();

    stack = await startStack({ dataDir });
    const again = await openAdapter(stack.origin, { token });
    expect(again.session.user).toEqual(ada.session.user);
    expect(again.session.token).toBeUndefined();
    const history = await again.emit("history", { room: "lobby" });
    expect(history.ok && history.entries.map(({ id }) => id)).toEqual(acknowledged);
    expect(acknowledged).toHaveLength(15);
    await again.close();
  } finally {
    await stack.kill();
    await stack.remove();
  }
});

test("logs name events and connections, never texts, names, tokens or pids", async () => {
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
    const [, token = ""] = client.session.token?.split(".") ?? [];
    for (const secret of [text, "Rumpelstilzchen", token, pid.split(".")[1] ?? ""]) {
      expect(secret).not.toBe("");
      expect(logs).not.toContain(secret);
    }
  } finally {
    await stack.remove();
  }
});

test("a page of another site is turned away with 403, and one of its own is let in", async () => {
  const stack = await startStack();
  try {
    const status = (origin: string) =>
      new Promise<number | undefined>((resolve) => {
        const ws = new WebSocket(`${stack.origin.replace("http", "ws")}/ws`, { origin });
        ws.on("unexpected-response", (_, response) => resolve(response.statusCode));
        ws.on("error", () => {});
        ws.on("open", () => {
          ws.close();
          resolve(101);
        });
      });
    expect(await status("https://evil.example")).toBe(403);
    expect(await status(stack.origin)).toBe(101);
    expect(await status(stack.origin.replace("localhost", "127.0.0.1"))).toBe(101);
  } finally {
    await stack.stop();
    await stack.remove();
  }
});
