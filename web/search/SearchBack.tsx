import { ArrowLeft, X } from "lucide-react";
import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import styles from "./SearchBack.module.css";

/** In a room to which a search has led: the way back to what else it found. */
export function SearchBack({ room }: { room: string }) {
  const chat = useChat();
  const query = useChatState(({ searched }) =>
    searched?.led.room === room ? searched.query : undefined,
  );
  if (query === undefined) return null;
  return (
    <p className={styles.back}>
      <button
        type="button"
        className="quiet small"
        onClick={() => chat.showDialog({ kind: "search", again: true })}
      >
        <ArrowLeft size={16} aria-hidden="true" />
        <span>{words.search.back(query)}</span>
      </button>
      <button type="button" className="quiet icon" onClick={chat.forgetSearch}>
        <X size={16} aria-hidden="true" />
        <span className="visually-hidden">{words.search.forget}</span>
      </button>
    </p>
  );
}
