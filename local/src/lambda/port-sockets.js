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
  /** @type {Map<number, PortSocket>} */
  #sockets = new Map();
  /** @type {(event: Event) => void} */
  #post;
  #count = 0;

  /**
   * @param {MessagePort} port
   * @param {(socket: PortSocket) => void} [accept] takes the sockets that the other side opens
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
    const socket = new PortSocket((...event) => this.#post([id, ...event]));
    this.#sockets.set(id, socket);
    return socket.once("close", () => this.#sockets.delete(id));
  }
}

/** Has what HTTP clients and servers call of a `net.Socket`. */
class PortSocket extends Duplex {
  connecting = true;
  #post;
  /** Bytes that the other side has not read. */
  #sent = 0;
  /** Bytes that the other side has not been told are read. */
  #received = 0;
  /** Goes on with a write that waits for the other side. @type {(() => void) | undefined} */
  #goOn;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /** @param {(kind: Kind, content?: Event[2], encoding?: BufferEncoding) => void} post */
  constructor(post) {
    super({ decodeStrings: false });
    this.#post = post;
    process.nextTick(() => {
      this.connecting = false;
      this.emit("connect");
    });
  }

  /**
   * @param {Kind} kind
   * @param {Event[2]} content
   * @param {BufferEncoding} [encoding]
   */
  receive(kind, content, encoding) {
    this.#timer?.refresh();
    if (kind === "end") this.push(null);
    else if (kind === "destroy") this.destroy();
    else if (typeof content === "number") {
      this.#sent -= content;
      if (this.#sent < WINDOW) this.#goOn?.();
    } else if (content !== undefined) {
      this.#received += Buffer.byteLength(content, encoding);
      if (this.push(content, encoding)) this._read();
    }
  }

  /**
   * The consumer has taken what was received.
   * @override
   */
  _read() {
    if (this.#received < WINDOW / 4) return;
    this.#post("read", this.#received);
    this.#received = 0;
  }

  /**
   * @param {string | Buffer} chunk
   * @param {BufferEncoding} encoding
   * @param {() => void} done
   * @override
   */
  _write(chunk, encoding, done) {
    this.#timer?.refresh();
    this.#sent += Buffer.byteLength(chunk, encoding);
    // Of a Buffer, a message would hold the whole pool that it is part of.
    if (typeof chunk === "string") this.#post("data", chunk, encoding);
    else this.#post("data", new Uint8Array(chunk));
    if (this.#sent < WINDOW) return done();
    this.#goOn = () => {
      this.#goOn = undefined;
      done();
    };
  }

  /**
   * @param {() => void} done
   * @override
   */
  _final(done) {
    this.#post("end");
    done();
  }

  /**
   * @param {Error | null} error
   * @param {(error?: Error | null) => void} done
   * @override
   */
  _destroy(error, done) {
    clearTimeout(this.#timer);
    this.#post("destroy");
    done(error);
  }

  /**
   * @param {number} milliseconds without anything sent or received, until `timeout`; 0 for never
   * @param {() => void} [callback]
   */
  setTimeout(milliseconds, callback) {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (milliseconds > 0) {
      this.#timer = setTimeout(() => this.emit("timeout"), milliseconds).unref();
      if (callback) this.once("timeout", callback);
    } else if (callback) this.off("timeout", callback);
    return this;
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }
}
