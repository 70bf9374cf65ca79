// A shared pointer: who watches a room sees where the others point, and moves a pointer too.

/** ms between two moves: a connection may send five custom events a second into a room. */
const EVERY_MS = 250;

/**
 * @param {import("socket.io-client").Socket} socket connected, with our adapter or without it
 * @param {string} room
 * @param {(user: { id: string, name: string }, x: number, y: number) => void} show draws a pointer
 * @returns what moves one's own
 */
export async function shareCursor(socket, room, show) {
  socket.on("cursor:move", ({ room: where, user, x, y }) => {
    if (where === room) show(user, x, y);
  });
  const watch = () => socket.emitWithAck("joinRoom", { room });
  socket.on("connect", () => socket.recovered || watch());
  await watch();

  let latest = {};
  let isWaiting = false;
  return (/** @type {number} */ x, /** @type {number} */ y) => {
    latest = { room, x, y };
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      socket.emit("cursor:move", latest);
    }, EVERY_MS);
  };
}
