import { useEffect, useState } from "react";
import type { FileFacts, MessageEntry } from "../../protocol/model.ts";
import type { Chat } from "../chat/chat.ts";
import { sentenceOf } from "../chat/wire/errors.ts";
import { useChat } from "../context.ts";

/** How long an address of a file is used, in ms: it is valid for five minutes. */
const ADDRESS_MS = 4 * 60_000;

/** By file: a row that comes back to the screen does not ask again. */
const addresses = new Map<string, { url: Promise<string>; until: number }>();

function addressOf(chat: Chat, room: string, seq: number, file: string): Promise<string> {
  const known = addresses.get(file);
  if (known && known.until > Date.now()) return known.url;
  const url = chat.request("file", { room, seq, file }).then((answer) => answer.url);
  addresses.set(file, { url, until: Date.now() + ADDRESS_MS });
  url.catch(() => addresses.delete(file));
  return url;
}

/** The address of a message's file once it is known, and what to call where it did not load. */
export function useAddress({ room, seq }: MessageEntry, { id }: FileFacts) {
  const chat = useChat();
  const [address, setAddress] = useState<string>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let wanted = true;
    addressOf(chat, room, seq, id).then(
      (url) => wanted && setAddress(url),
      // The preview stays; a new connection shows the row anew.
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [chat, room, seq, id, tries]);
  return {
    address,
    /** Its address has expired; a second one is asked for once. */
    failed(): void {
      if (tries > 0) return;
      addresses.delete(id);
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
