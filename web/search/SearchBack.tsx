import { ArrowLeft, X } from "lucide-react";
import { useChat, useChatState } from "../context.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words.ts";

/** In a room to which a search has led: the way back to what else it found. */
export function SearchBack({ room }: { room: string }) {
  const chat = useChat();
  const query = useChatState(({ searched }) =>
    searched?.led.room === room ? searched.query : undefined,
  );
  if (query === undefined) return null;
  return (
    <p className="row apart">
      <button
        type="button"
        className="quiet small cut"
        onClick={() => chat.showDialog({ kind: "search", again: true })}
      >
        <ArrowLeft size={16} aria-hidden="true" />
        <span className="cut">{words.search.back(query)}</span>
      </button>
      <IconButton icon={X} size={16} label={words.search.forget} act={chat.forgetSearch} />
    </p>
  );
}
