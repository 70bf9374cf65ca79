import { useEffect, useState } from "react";
import type { FileFacts, MessageEntry } from "../../protocol/model.ts";
import type { Chat } from "../chat/chat.ts";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat } from "../context.ts";
import { pixelsAt } from "./dimensions.ts";

/** How long an address of a file is used, in ms: it is valid for five minutes. */
const ADDRESS_MS = 4 * 60_000;

/** Pixels of a picture that is shown: each takes four bytes of memory, whatever the file's size. */
const MAX_PIXELS = 25e6;
/** Those of all pictures of a message together, which take half a second to draw. */
const MAX_SUM = 60e6;

interface Address {
  url: string;
  /** Of a picture. */
  pixels: number;
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
  return { url, pixels: file.type.startsWith("image/") ? await pixelsAt(url) : 0 };
}

/**
 * The address of a message's file once it is known, and what to call where it did not load.
 * @param beside how many pictures are shown with it, itself included
 */
export function useAddress(entry: MessageEntry, file: FileFacts, beside = 1) {
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
  const { url, pixels = 0 } = found ?? {};
  return {
    address: pixels <= Math.min(MAX_PIXELS, MAX_SUM / beside) ? url : undefined,
    tooLarge: pixels > MAX_PIXELS,
    /** An address that has expired is replaced each time; one that should work still, once. */
    failed(): void {
      const isOld = (addresses.get(file.id)?.until ?? 0) <= Date.now();
      if (tries > 0 && !isOld) return;
      addresses.delete(file.id);
      setTries(tries + 1);
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
