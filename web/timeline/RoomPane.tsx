import { useEffect } from "react";
import { hasOlder, shownLog } from "../chat/log/room-log.ts";
import { nameOfRoom } from "../chat/people/names.ts";
import { useChat, useChatState } from "../context.ts";
import { focusComposer } from "../focus.ts";
import styles from "../rooms/Notice.module.css";
import { words } from "../words.ts";
import skeleton from "./Skeleton.module.css";
import { Timeline } from "./Timeline.tsx";

/** A room's timeline, or why there is none and what to do about it. */
export function RoomPane({ room }: { room: string }) {
  const chat = useChat();
  const status = useChatState((state) => state.views[room]?.status ?? "loading");
  const error = useChatState((state) => state.views[room]?.error);
  const name = useChatState((state) => nameOfRoom(state, room));
  const isDirect = useChatState((state) => state.rooms[room]?.kind === "direct");
  const empty = useChatState(
    ({ views, outgoing }) =>
      !shownLog(views[room]).entries.some(({ kind }) => kind === "message") &&
      !outgoing.some((one) => one.room === room),
  );

  const older = useChatState((state) => state.views[room]?.older);
  // The newest page may hold nothing but changes of messages that came before.
  const isBuried = useChatState(
    ({ views }) => empty && status === "ready" && hasOlder(shownLog(views[room])),
  );
  useEffect(() => {
    if (isBuried && older === "idle") chat.loadOlder(room);
  }, [chat, room, isBuried, older]);

  if (!empty) return <Timeline room={room} />;
  if (status === "loading" || (isBuried && older !== "failed")) return <Skeleton />;
  const failed = status === "failed" || isBuried;
  const tryAgain = () => (isBuried ? chat.loadOlder(room) : chat.tryNow());
  return (
    <div className={`stack scrolls ${styles.notice}`} role="status">
      <strong>
        {failed ? words.room.failed : words.room.beginning(<bdi>{name}</bdi>, isDirect)}
      </strong>
      <p>{failed ? (error ?? words.timeline.olderFailed) : words.room.empty}</p>
      <button type="button" onClick={failed ? tryAgain : focusComposer}>
        {failed ? words.page.tryAgain : words.room.sayFirst}
      </button>
    </div>
  );
}

/** The widths of the messages. */
const WIDTHS = ["55%", "70%", "35%", "62%", "28%"];

/** A placeholder for the messages of a room that is slow to open. */
function Skeleton() {
  const chat = useChat();
  const lost = useChatState((state) => state.connection === "lost");
  return (
    <div className={`comes ${skeleton.skeleton}`} role="status">
      <p className={lost ? "hint" : "visually-hidden"}>
        {lost ? words.room.waiting : words.room.loading}
      </p>
      {WIDTHS.map((width) => (
        <div key={width} className={skeleton.message} style={{ "--width": width }} />
      ))}
      <p className={`row wraps hint ${skeleton.again}`}>
        {!lost && words.room.slow}
        <button type="button" className="small" onClick={chat.tryNow}>
          {words.page.tryAgain}
        </button>
      </p>
    </div>
  );
}

/** What screen readers announce. It is always rendered, so that they notice the change. */
export function Announcement() {
  return (
    <p className="visually-hidden" aria-live="polite">
      {useChatState((state) => state.announcement)}
    </p>
  );
}
