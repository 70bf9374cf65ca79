import { imageSize } from "image-size";
import { useEffect, useState } from "react";
import type { FileFacts, MessageEntry } from "../../protocol/model.ts";
import type { Chat } from "../chat/chat.ts";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat } from "../context.ts";

/** How long an address of a file is used, in ms: it is valid for five minutes. */
const ADDRESS_MS = 4 * 60_000;

/** Pixels of a picture that is shown: each takes four bytes of memory, whatever the file's size. */
const MAX_PIXELS = 25e6;

/** The bytes at the beginning of a file, among which a picture's dimensions are. */
const HEAD_BYTES = 65_536;

/** What browsers show whatever type a file was sent as, and has one size. */
const SHOWN = new Set<string | undefined>(["png", "jpg", "gif", "webp", "avif", "heif"]);

interface Address {
  url: string;
  /** Whether it is a picture that a browser would need too long for, or too much memory. */
  tooLarge: boolean;
}

/** By file: a row that comes back to the screen does not ask again. */
const addresses = new Map<string, { address: Promise<Address>; until: number }>();

function addressOf(chat: Chat, { room, seq }: MessageEntry, file: FileFacts): Promise<Address> {
  const known = addresses.get(file.id);
  if (known && known.until > Date.now()) return known.address;
  const address = findAddress(chat, room, seq, file);
  addresses.set(file.id, { address, until: Date.now() + ADDRESS_MS });
  address.catch(() => addresses.delete(file.id));
  return address;
}

async function findAddress(chat: Chat, room: string, seq: number, file: FileFacts) {
  const { url } = await chat.request("file", { room, seq, file: file.id });
  return { url, tooLarge: file.type.startsWith("image/") && !(await isShowable(url)) };
}

/** Reads a picture's dimensions from the file: what the message says of them is its author's word. */
async function isShowable(url: string): Promise<boolean> {
  const range = `bytes=0-${HEAD_BYTES - 1}`;
  const head = await fetch(url, { headers: { range }, cache: "no-store" });
  if (!head.ok) throw new Error(`The storage answered ${head.status}`);
  try {
    const bytes = new Uint8Array(await head.arrayBuffer());
    const { width, height, type } = imageSize(bytes);
    const pixels = type === "gif" ? pixelsOfGif(bytes) : width * height;
    return SHOWN.has(type) && pixels <= MAX_PIXELS;
  } catch {
    return false;
  }
}

/**
 * The pixels of a GIF, which browsers enlarge to its first frame.
 * @throws {RangeError} unless the first frame begins in these bytes
 */
function pixelsOfGif(bytes: Uint8Array<ArrayBuffer>): number {
  const view = new DataView(bytes.buffer);
  const number = (from: number) => view.getUint16(from, true);
  const colours = view.getUint8(10);
  let at = 13 + (colours & 0x80 ? 3 << ((colours & 7) + 1) : 0);
  // Extensions come first, each of them blocks up to an empty one.
  while (view.getUint8(at) === 0x21) {
    at += 2;
    while (view.getUint8(at) > 0) at += view.getUint8(at) + 1;
    at += 1;
  }
  if (view.getUint8(at) !== 0x2c) throw new RangeError("This is no frame");
  const width = Math.max(number(6), number(at + 1) + number(at + 5));
  return width * Math.max(number(8), number(at + 3) + number(at + 7));
}

/** The address of a message's file once it is known, and what to call where it did not load. */
export function useAddress(entry: MessageEntry, file: FileFacts) {
  const chat = useChat();
  const [found, setFound] = useState<Address>();
  const [tries, setTries] = useState(0);
  const { room, seq } = entry;
  useEffect(() => {
    let wanted = true;
    addressOf(chat, entry, file).then(
      (address) => wanted && setFound(address),
      // The preview stays; a new connection shows the row anew.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [chat, room, seq, file.id, tries]);
  return {
    address: found?.tooLarge === false ? found.url : undefined,
    tooLarge: found?.tooLarge === true,
    /** Its address has expired; a second one is asked for once. */
    failed(): void {
      if (tries > 0) return;
      addresses.delete(file.id);
      setTries(1);
    },
  };
}

/** Downloads a message's file. */
export function useDownload({ room, seq }: MessageEntry) {
  const chat = useChat();
  return async (file: string): Promise<void> => {
    try {
      const { url } = await chat.request("file", { room, seq, file, download: true });
      const link = document.createElement("a");
      link.href = url;
      link.rel = "noopener";
      link.click();
    } catch (error) {
      chat.report(sentenceOf(error));
    }
  };
}
