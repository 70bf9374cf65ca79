import { type ClipboardEvent, type DragEvent, useState, useSyncExternalStore } from "react";
import styles from "./ChatPage.module.css";
import { Composer } from "./composer/Composer.tsx";
import { useChat, useChatState } from "./context.ts";
import { Dialogs } from "./dialogs/Dialogs.tsx";
import { focusComposer } from "./focus.ts";
import { People } from "./people/People.tsx";
import { Outside } from "./rooms/Outside.tsx";
import { RoomHeader } from "./rooms/RoomHeader.tsx";
import { Rooms } from "./rooms/Rooms.tsx";
import { SearchBack } from "./search/SearchBack.tsx";
import { useShortcuts } from "./shortcuts/useShortcuts.ts";
import { Toasts } from "./status/Toasts.tsx";
import { Announcement, RoomPane } from "./timeline/RoomPane.tsx";
import { words } from "./words.ts";

/** Part of the same script, for what the first script says of a message. */
export { excerpt } from "./markdown/parse.ts";

export function ChatPage() {
  const room = useChatState((state) => state.open);
  const [people, setPeople] = useState(true);
  const status = useChatState((state) => state.views[room]?.status);
  const chat = useChat();
  const [isOver, setOver] = useState(false);
  /** Attaches files that are dropped or pasted. The browser would leave the page and show them. */
  function take(event: DragEvent<HTMLElement> | ClipboardEvent<HTMLElement>) {
    const data = "clipboardData" in event ? event.clipboardData : event.dataTransfer;
    if (!data?.types.includes("Files") || data.types.includes("text/plain")) return;
    event.preventDefault();
    setOver(event.type === "dragover" && canWrite);
    if (event.type === "dragover" || !canWrite) return;
    chat.attach(room, [...data.files]);
    focusComposer();
  }
  // While nobody is connected, the room may be this person's.
  const theirs = useChatState((state) => state.user === undefined || state.mine.has(room));
  const canWrite = theirs && status !== "missing";
  useShortcuts();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a file can be dropped anywhere
    <div
      className={styles.page}
      onDragOver={take}
      onDragLeave={({ relatedTarget }) => relatedTarget === null && setOver(false)}
      onDrop={take}
      onPaste={take}
    >
      <Rooms />
      <main className={styles.main}>
        <RoomHeader room={room} people={people} togglePeople={() => setPeople(!people)} />
        <ConnectionLine />
        {status === "preview" || status === "missing" ? (
          <Outside key={room} room={room} />
        ) : (
          <RoomPane key={room} room={room} />
        )}
        {canWrite && (
          <div className={styles.dock} data-over={isOver}>
            <SearchBack room={room} />
            <Composer key={room} room={room} />
          </div>
        )}
      </main>
      <Toasts />
      <Announcement />
      <People room={room} folded={!people || status === "missing"} />
      <Dialogs />
    </div>
  );
}

/** Says that the connection is lost. It is always rendered, so that the change is announced. */
function ConnectionLine() {
  const lost = useChatState((state) => state.connection === "lost");
  const known = useChatState((state) => state.user !== undefined);
  const offline = useSyncExternalStore(onNetwork, () => !navigator.onLine);
  const trying = known ? words.page.reconnecting : words.page.connecting;
  return (
    <p role="status" className={styles.connection}>
      {lost && (offline ? words.page.offline : trying)}
    </p>
  );
}

function onNetwork(changed: () => void): () => void {
  const events = ["online", "offline"];
  for (const event of events) window.addEventListener(event, changed);
  return () => {
    for (const event of events) window.removeEventListener(event, changed);
  };
}
