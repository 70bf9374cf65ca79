// Sockets between a worker thread and the main thread: streams over one MessagePort, which cost a
// fraction of TCP's system calls. What is written in one turn of the event loop is one message.
import { Duplex } from "node:stream";

/** @typedef {import("node:worker_threads").MessagePort} MessagePort */
/** @typedef {"open" | "data" | "read" | "end" | "destroy"} Kind */
/** @typedef {[id: number, kind: Kind, content?: string | Uint8Array | number | undefined, encoding?: BufferEncoding | undefined]} Event */

/** How many bytes may be on their way that the other side has not read. */
const WINDOW = 256 * 1024;

/**
 * Sends as one message what is posted in one turn of the event loop: each message wakes the other
 * thread, which costs more than most of what it is about.
 * @template T
 * @param {Pick<MessagePort, "postMessage">} port
 * @returns {(one: T) => void}
 */
export function outbox(port) {
  /** @type {T[]} */
  const posted = [];
  return (one) => {
    if (posted.push(one) > 1) return;
    setImmediate(() => port.postMessage(posted.splice(0)));
  };
}

/** The sockets of a port. */
export class PortSockets {
  /** @type {Map<number, ReturnType<typeof portSocket>>} */
  #sockets = new Map();
  /** @type {(event: Event) => void} */
  #post;
  #count = 0;

  /**
   * @param {MessagePort} port
   * @param {(socket: ReturnType<typeof portSocket>) => void} [accept] takes the sockets that the other side opens
   */
  constructor(port, accept) {
    this.#post = outbox(port);
    port.on("message", (/** @type {Event[]} */ events) => {
      for (const [id, kind, ...content] of events) {
        if (kind === "open") accept?.(this.#add(id));
        else this.#sockets.get(id)?.receive(kind, ...content);
      }
    });
    port.on("close", () => {
      for (const socket of this.#sockets.values()) socket.destroy();
    });
  }

  connect() {
    const id = ++this.#count;
    this.#post([id, "open"]);
    return this.#add(id);
  }

  /** @param {number} id */
  #add(id) {
    const socket = portSocket((...event) => this.#post([id, ...event]));
    this.#sockets.set(id, socket);
    socket.once("close", () => this.#sockets.delete(id));
    return socket;
  }
}

/**
 * Has what HTTP clients and servers call of a `net.Socket`.
 * @param {(kind: Kind, content?: Event[2], encoding?: BufferEncoding) => void} post
 */
function portSocket(post) {
  /** Bytes that the other side has not read. */
  let sent = 0;
  /** Bytes that the other side has not been told are read. */
  let received = 0;
  /** Goes on with a write that waits for the other side. @type {(() => void) | undefined} */
  let goOn;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const tellRead = () => {
    if (received < WINDOW / 4) return;
    post("read", received);
    received = 0;
  };
  const stream = new Duplex({
    decodeStrings: false,
    read: tellRead,
    write(chunk, encoding, done) {
      timer?.refresh();
      sent += Buffer.byteLength(chunk, encoding);
      // Posting a Buffer would copy the whole pool that it is a view of.
      if (typeof chunk === "string") post("data", chunk, encoding);
      else post("data", new Uint8Array(chunk));
      if (sent < WINDOW) return done();
      goOn = () => {
        goOn = undefined;
        done();
      };
    },
    final(done) {
      post("end");
      done();
    },
    destroy(error, done) {
      clearTimeout(timer);
      post("destroy");
      done(error);
    },
  });
  /** @returns {Duplex} */
  const itself = () => stream;
  const socket = Object.assign(stream, {
    connecting: true,
    /** @type {(kind: Kind, content?: Event[2], encoding?: BufferEncoding) => void} */
    receive(kind, content, encoding) {
      timer?.refresh();
      if (kind === "end") stream.push(null);
      else if (kind === "destroy") stream.destroy();
      else if (typeof content === "number") {
        sent -= content;
        if (sent < WINDOW) goOn?.();
      } else if (content !== undefined) {
        received += Buffer.byteLength(content, encoding);
        if (stream.push(content, encoding)) tellRead();
      }
    },
    /**
     * @param {number} milliseconds without anything sent or received, until `timeout`; 0 for never
     * @param {() => void} [callback]
     * @returns {Duplex}
     */
    setTimeout(milliseconds, callback) {
      clearTimeout(timer);
      timer = undefined;
      if (milliseconds > 0) {
        timer = setTimeout(() => stream.emit("timeout"), milliseconds).unref();
        if (callback) stream.once("timeout", callback);
      } else if (callback) stream.off("timeout", callback);
      return stream;
    },
    setNoDelay: itself,
    setKeepAlive: itself,
    ref: itself,
    unref: itself,
  });
  process.nextTick(() => {
    socket.connecting = false;
    socket.emit("connect");
  });
  return socket;
}
