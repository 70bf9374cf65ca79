import type { Page, WebSocketRoute } from "playwright-core";

/** A network that can be cut between the page and the server, and mended. */
export async function switchable(
  page: Page,
): Promise<{ cut: () => Promise<void>; mend: () => void }> {
  let sockets: WebSocketRoute[] = [];
  let mended = true;
  await page.routeWebSocket("**/ws*", (socket) => {
    if (mended) socket.connectToServer();
    else socket.onMessage(() => socket.close());
    sockets.push(socket);
  });
  return {
    async cut() {
      mended = false;
      await Promise.all(sockets.map((socket) => socket.close()));
      sockets = [];
    },
    mend() {
      mended = true;
    },
  };
}
