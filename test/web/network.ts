import type { Page, WebSocketRoute } from "playwright-core";
import type { ErrorCode } from "../../protocol/errors.ts";

/**
 * A network between the page and the server that can be cut and mended.
 * @param answers whether a frame was answered here, and does not reach the server
 */
export async function switchable(
  page: Page,
  answers: (frame: string, socket: WebSocketRoute) => boolean = () => false,
): Promise<{ cut: () => Promise<void>; mend: () => void }> {
  let sockets: WebSocketRoute[] = [];
  let mended = true;
  await page.routeWebSocket("**/ws*", (socket) => {
    const server = mended ? socket.connectToServer() : undefined;
    socket.onMessage((frame) => {
      if (server === undefined) void socket.close();
      else if (!answers(String(frame), socket)) server.send(frame);
    });
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

/** Replaces the answers to one or more events by what `change` makes of them. */
export async function changeAnswers(
  page: Page,
  events: string | readonly string[],
  // biome-ignore lint/suspicious/noExplicitAny: what is in an event and its ack is for the tests to say
  change: (answer: any, asked: { action: string; data: any }) => unknown,
): Promise<void> {
  await page.routeWebSocket("**/ws*", (socket) => {
    const server = socket.connectToServer();
    const asked = new Map<number, { action: string; data: unknown }>();
    socket.onMessage((frame) => {
      const { action, id, data } = JSON.parse(String(frame));
      if ([events].flat().includes(action)) asked.set(id, { action, data: data[0] });
      server.send(frame);
    });
    server.onMessage(async (frame) => {
      const { action, id, data } = JSON.parse(String(frame));
      const question = action === "ack" ? asked.get(id) : undefined;
      if (question === undefined) return socket.send(frame);
      const changed = await change(data[0], question);
      return socket.send(JSON.stringify({ action, id, data: [changed] }));
    });
  });
}

/** Holds back the answers to an event until they are released. */
export async function holdAnswers(
  page: Page,
  event: string,
): Promise<{ release: () => void; count: () => number }> {
  const held: (() => void)[] = [];
  const asked = new Set<number>();
  let open = false;
  await page.routeWebSocket("**/ws*", (socket: WebSocketRoute) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      const { action, id } = JSON.parse(String(frame));
      if (action === event) asked.add(id);
      server.send(frame);
    });
    server.onMessage((frame) => {
      const { action, id } = JSON.parse(String(frame));
      if (open || action !== "ack" || !asked.has(id)) socket.send(frame);
      else held.push(() => socket.send(frame));
    });
  });
  return {
    /** How many answers are held back. */
    count: () => held.length,
    release() {
      open = true;
      for (const send of held.splice(0)) send();
    },
  };
}

/**
 * Refuses the first events of a name in the place of the server.
 * @returns how many are still to be refused
 */
export async function refuseFirst(
  page: Page,
  times: number,
  event: string,
  code: ErrorCode,
): Promise<() => number> {
  let left = times;
  await page.routeWebSocket("**/ws*", (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      const { action, id } = JSON.parse(String(frame));
      if (action !== event || left === 0) return server.send(frame);
      left -= 1;
      const data = [{ ok: false, error: { code, message: "Not now" } }];
      return socket.send(JSON.stringify({ action: "ack", id, data }));
    });
  });
  return () => left;
}

/** Drops the first frame of each of some kinds, and says so as API Gateway does. */
export async function throttleFirst(
  page: Page,
  actions: readonly string[],
): Promise<{ throttled: () => string[]; connections: () => number }> {
  const left = new Set(actions);
  const throttled: string[] = [];
  let connections = 0;
  await page.routeWebSocket("**/ws*", (socket) => {
    connections++;
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      const { action } = JSON.parse(String(frame));
      if (!left.delete(action)) return server.send(frame);
      throttled.push(action);
      socket.send('{"message": "Too Many Requests", "connectionId":"c", "requestId":"r"}');
    });
  });
  return { throttled: () => throttled, connections: () => connections };
}
