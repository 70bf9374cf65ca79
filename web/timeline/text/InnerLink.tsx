import type { ReactNode } from "react";
import { messageAt, shownLog } from "../../chat/log/room-log.ts";
import { nameOf, nameOfRoom } from "../../chat/people/names.ts";
import { destinationOf } from "../../chat/rooms/address.ts";
import { useChat, useChatState } from "../../context.ts";
import { excerpt } from "../../markdown/parse.ts";
import { words } from "../../words.ts";

/** The hash of a link to a room of this chat; that to another device leads out of the page. */
export function innerHash(href: string): string | undefined {
  const { origin, pathname, hash } = new URL(href);
  return origin === location.origin && pathname === "/" && /^#[^?]/.test(hash) ? hash : undefined;
}

/** A link into this chat, which opens in this page. Instead of a bare address it says where it leads. */
export function InnerLink({ hash, children }: { hash: string; children: ReactNode }) {
  const chat = useChat();
  const { room, seq } = destinationOf(hash);
  const name = useChatState((state) => nameOfRoom(state, room));
  const message = useChatState((state) => messageAt(shownLog(state.views[room]), seq ?? 0));
  const author = useChatState((state) => message && nameOf(state, message.author));
  const said = author === undefined ? undefined : `${author}: ${excerpt(message?.text ?? "")}`;
  const isBare = typeof children === "string" && URL.canParse(children);
  return (
    <a
      href={hash}
      title={hash}
      onClick={(event) => {
        // The address may be this one already, and would then not change.
        if (name === "" || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        chat.openRoom(room, seq);
      }}
    >
      {isBare && name !== "" ? words.timeline.linkTo(name, seq, said) : children}
    </a>
  );
}
