import { memo, useMemo } from "react";
import type { MessageEntry, User } from "../../protocol/model.ts";
import { MessageActions } from "../actions/MessageActions.tsx";
import { Quote } from "../actions/Quote.tsx";
import { Reactions } from "../actions/Reactions.tsx";
import { useRowActions } from "../actions/useRowActions.ts";
import type { ChatState, Outgoing } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { lazily } from "../lazily.tsx";
import { load } from "../load.ts";
import { Avatar } from "../people/Avatar.tsx";
import { colourOf } from "../people/hue.ts";
import { PersonName } from "../people/Names.tsx";
import { PersonButton } from "../people/PersonButton.tsx";
import { words } from "../words.ts";
import { Divider } from "./Between.tsx";
import styles from "./MessageRow.module.css";
import { Deleted, Failure } from "./MessageState.tsx";
import type { MessageLine } from "./rows.ts";
import { MessageText } from "./text/MessageText.tsx";

const Files = lazily(async () => (await load(() => import("../files/Files.tsx"))).Files);

interface Props extends Omit<MessageLine, "key"> {
  /** Whether a link or a jump led here. */
  targeted: boolean;
}

export const MessageRow = memo(function MessageRow(props: Props) {
  const { targeted, message, author, starts, divided } = props;
  const outgoing = "state" in message ? message : undefined;
  const entry = "seq" in message ? message : undefined;
  const chat = useChat();
  const { room } = message;
  const acting = useChatState(
    ({ dialog }) =>
      dialog !== undefined && "seq" in dialog && dialog.seq === entry?.seq && dialog.room === room,
  );
  const waits = useChatState(({ connection }) => outgoing !== undefined && connection === "lost");
  const behind = useChatState((state) => outgoing !== undefined && isBehindFiles(outgoing, state));
  const { active, handlers } = useRowActions((beside) => {
    if (!entry || entry.deletedAt !== undefined) return;
    chat.showDialog({ kind: "message", room, seq: entry.seq, beside });
  });
  const mentioned = useMentioned(message);
  const mentionsMe = useChatState(({ user }) => message.mentions?.includes(user?.id ?? ""));
  return (
    <>
      {divided && <Divider />}
      <article
        tabIndex={-1}
        data-state={outgoing?.state}
        data-starts={starts}
        data-targeted={targeted}
        data-mentions-me={mentionsMe}
        data-acting={acting}
        data-seq={entry?.seq}
        className={`hued ${styles.message}`}
        style={colourOf(author.id, room)}
        {...handlers}
      >
        {starts && (
          <PersonButton user={author} room={room} again>
            <Avatar user={author} room={room} />
          </PersonButton>
        )}
        <header className="row">
          <strong className={starts ? "cut" : "visually-hidden"}>
            {starts ? (
              <PersonButton user={author} room={room} tabIndex={active ? 0 : -1}>
                <PersonName user={author} />
              </PersonButton>
            ) : (
              <PersonName user={author} />
            )}
          </strong>
          <time
            dateTime={new Date(message.at).toISOString()}
            data-moment={words.dates.moment.format(message.at)}
          >
            {words.dates.time.format(message.at)}
          </time>
        </header>
        {message.replyTo !== undefined && entry?.deletedAt === undefined && (
          <Quote {...(entry ?? message)} seq={message.replyTo} />
        )}
        {entry?.deletedAt !== undefined ? (
          <Deleted entry={entry} />
        ) : message.text === "" ? null : (
          <MessageText
            text={message.text}
            edited={entry?.editedAt !== undefined}
            mentioned={mentioned}
            room={room}
          />
        )}
        {message.files && <Files message={message} />}
        {entry && <Reactions entry={entry} />}
        {outgoing && (waits || outgoing.error !== undefined) ? (
          <Failure {...outgoing} />
        ) : (
          behind && <p className="hint">{words.files.behind}</p>
        )}
        {entry && (active || acting) && <MessageActions entry={entry} />}
      </article>
    </>
  );
});

/** Whether a message waits for files that were to be sent before it: the order in a room stays. */
function isBehindFiles({ id, room }: Outgoing, { outgoing }: ChatState): boolean {
  const first = outgoing.find(
    (one) =>
      one.id === id || (one.room === room && one.files?.some((file) => file.id === undefined)),
  );
  return first?.id !== id;
}

const nobody: readonly string[] = [];

/** The people whom a message mentions, the same array as long as they have the same names. */
function useMentioned({ mentions: ids = nobody }: MessageEntry | Outgoing): readonly User[] {
  const { store } = useChat();
  const names = useChatState((state) => ids.map((id) => state.people[id]?.name).join("\n"));
  return useMemo(() => {
    const { people } = store.getState();
    return ids.flatMap((id) => people[id] ?? []);
  }, [store, ids, names]);
}
