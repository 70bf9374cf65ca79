import { createServer } from "node:http";
import { Server } from "socket.io";

// The peer of the stack on one machine: stock socket.io that stores nothing, in a process of its own.

const http = createServer();
const io = new Server(http, { transports: ["websocket"], cors: { origin: "*" } });
io.on("connection", (socket) => {
  socket.on("joinRoom", (room, ack) => {
    void socket.join(room);
    ack();
  });
  socket.on("message", (message, ack) => {
    socket.to(message.room).emit("message", message);
    ack();
  });
});
http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  process.send?.(typeof address === "object" && `http://127.0.0.1:${address?.port}`);
});
process.once("disconnect", () => process.exit());
