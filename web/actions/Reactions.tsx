import { SmilePlus } from "lucide-react";
import type { MessageEntry } from "../../protocol/model.ts";
import { useChat, useChatState } from "../context.ts";
import { keepFocusInRow, placeOf } from "../focus.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words.ts";
import styles from "./Reactions.module.css";

/** A message's reactions. A click adds one's own or takes it back. */
export function Reactions({ entry }: { entry: MessageEntry }) {
  const { room, seq, reactions = {} } = entry;
  const chat = useChat();
  const all = Object.entries(reactions).filter(([, people]) => people.length > 0);
  if (all.length === 0) return null;
  return (
    <ul className={`row wraps ${styles.reactions}`} aria-label={words.actions.reactions}>
      {all.map(([emoji, people]) => (
        <li key={emoji}>
          <Reaction entry={entry} emoji={emoji} people={people} />
        </li>
      ))}
      <li>
        <IconButton
          icon={SmilePlus}
          size={16}
          label={words.actions.addReaction}
          act={(event) => chat.showDialog({ kind: "emoji", room, seq, beside: placeOf(event) })}
        />
      </li>
    </ul>
  );
}

function Reaction(props: { entry: MessageEntry; emoji: string; people: readonly string[] }) {
  const { entry, emoji, people } = props;
  const { room, seq } = entry;
  const chat = useChat();
  const me = useChatState((state) => state.user?.id);
  const known = useChatState((state) => state.people);
  const mine = me !== undefined && people.includes(me);
  // Some names are not known.
  const named = people.flatMap((id) => (id === me ? words.actions.you : (known[id]?.name ?? [])));
  const names = words.actions.people(named, people.length - named.length);
  return (
    <button
      type="button"
      title={names}
      aria-pressed={mine}
      aria-label={`${emoji} ${people.length}: ${names}`}
      onClick={(event) => {
        chat.react(room, seq, emoji, !mine);
        // Without its last person the reaction disappears, and this button with it.
        if (mine && people.length === 1) keepFocusInRow(event);
      }}
    >
      <span aria-hidden="true">{emoji}</span>
      <span aria-hidden="true">{people.length}</span>
    </button>
  );
}
