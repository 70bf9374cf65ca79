// Tells the time to whoever says "!time": node bot.mjs http://localhost:3000
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";

const room = "clocks";
const answered = new Set();
const socket = io(process.argv[2] ?? "http://localhost:3000", {
  transports: ["websocket"],
  auth: { name: "Clock" },
});
socket.on("connect_error", ({ message }) => console.error(message));
// With the name again, a reconnection that cannot recover would be another guest.
socket.on("session", ({ token }) => {
  if (token) socket.auth = { token };
});
socket.on("connect", async () => {
  if (!socket.recovered) await ask("joinRoom", { room });
  console.log(`Listening in ${room}`);
});
socket.on("message", async (entry) => {
  // After an interruption some messages come twice.
  if (entry.text !== "!time" || answered.has(entry.id)) return;
  answered.add(entry.id);
  const text = new Date().toISOString();
  await ask("message", { room: entry.room, id: randomUUID(), text });
});

// Asks again, a little later each time, where the server says that this may help.
async function ask(event, data) {
  for (let wait = 1_000; ; wait *= 2) {
    const { ok, error } = await socket.emitWithAck(event, data);
    if (ok) return;
    if (wait > 16_000 || !["rate_limited", "busy"].includes(error.code)) {
      console.error(error.message);
      return;
    }
    await sleep(wait);
  }
}
