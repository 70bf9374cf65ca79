import { CornerUpLeft } from "lucide-react";
import type { ReactNode } from "react";
import type { Quote as Quoted } from "../../protocol/model.ts";
import { newestAt, quoteOf, shownLog } from "../chat/log/room-log.ts";
import { hashOf } from "../chat/rooms/address.ts";
import { useChat, useChatState } from "../context.ts";
import { excerpt } from "../markdown/parse.ts";
import { colourOf } from "../people/hue.ts";
import { PersonName } from "../people/Names.tsx";
import { words } from "../words.ts";
import styles from "./Quote.module.css";

interface Props {
  room: string;
  /** `seq` of the message that is answered. */
  seq: number;
  /** The server's quote of it. A message that is not sent yet has none. */
  quote?: Quoted | undefined;
}

/** The message that a reply answers, in its newest state. A click jumps there. */
export function Quote({ room, seq, quote }: Props) {
  const chat = useChat();
  const now = useChatState((state) => newestAt(shownLog(state.views[room]), seq));
  const shown = quoteOf(quote, now);
  return (
    <a
      className={`hued row hint ${styles.quote}`}
      style={shown && colourOf(shown.author.id, room)}
      href={hashOf({ room, seq })}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        // The address may name that message already, and would then not change.
        event.preventDefault();
        chat.openRoom(room, seq);
      }}
    >
      <CornerUpLeft size={14} aria-hidden="true" />
      <span className="visually-hidden">{words.timeline.inReplyTo}</span>
      {shown && (
        <span className={`cut ${styles.author}`}>
          <PersonName user={shown.author} />
        </span>
      )}
      <span className="cut" dir="auto">
        {textOf(shown)}
      </span>
    </a>
  );
}

function textOf(quote: Quoted | undefined): ReactNode {
  if (quote === undefined) return words.timeline.aMessage;
  if (quote.deletedAt !== undefined) return <em>{words.timeline.deleted}</em>;
  return quote.text === "" ? words.files.some : excerpt(quote.text);
}
