import { useEffect, useState } from "react";
import type { FileFacts, MessageEntry } from "../../protocol/model.ts";
import { useChat } from "../context.ts";

/** The address of a message's file once it is known, and what to call where it did not load. */
export function useAddress({ room, seq }: MessageEntry, { id }: FileFacts) {
  const chat = useChat();
  const [address, setAddress] = useState<string>();
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let wanted = true;
    chat.addressOf(room, seq, id).then(
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
      chat.forgetAddress(id).then(
        () => setTries(1),
        () => {},
      );
    },
  };
}

/** Downloads a message's file. */
export function useDownload({ room, seq }: MessageEntry) {
  const chat = useChat();
  return async (file: string, explain: (error: unknown) => string): Promise<void> => {
    try {
      const link = document.createElement("a");
      link.href = await chat.addressOf(room, seq, file, true);
      link.rel = "noopener";
      link.click();
    } catch (error) {
      chat.report(explain(error));
    }
  };
}
