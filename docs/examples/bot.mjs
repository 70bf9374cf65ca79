// Tells the time to whoever says "!time": node bot.mjs http://localhost:3000
import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";

const room = "clocks";
const answered = new Set();
const socket = io(process.argv[2] ?? "http://localhost:3000", {
  transports: ["websocket"],
  auth: { name: "Clock" },
});
socket.on("connect_error", ({ message }) => console.error(message));
socket.on("connect", async () => {
  if (!socket.recovered) await socket.emitWithAck("joinRoom", { room });
  console.log(`Listening in ${room}`);
});
socket.on("message", async (entry) => {
  // After an interruption some messages come twice.
  if (entry.text !== "!time" || answered.has(entry.id)) return;
  answered.add(entry.id);
  const text = new Date().toISOString();
  const ack = await socket.emitWithAck("message", { room: entry.room, id: randomUUID(), text });
  if (!ack.ok) console.error(ack.error.message);
});
