import { useState } from "react";
import styles from "./ChatPage.module.css";
import { Composer } from "./composer/Composer.tsx";
import { useChatState } from "./context.ts";
import { Dialogs } from "./dialogs/Dialogs.tsx";
import { People } from "./people/People.tsx";
import { Outside } from "./rooms/Outside.tsx";
import { RoomHeader } from "./rooms/RoomHeader.tsx";
import { Rooms } from "./rooms/Rooms.tsx";
import { SearchBack } from "./search/SearchBack.tsx";
import { useShortcuts } from "./shortcuts/useShortcuts.ts";
import { ConnectionLine } from "./status/ConnectionLine.tsx";
import { Toasts } from "./status/Toasts.tsx";
import { Announcement, RoomPane } from "./timeline/RoomPane.tsx";

export function ChatPage() {
  const room = useChatState((state) => state.open);
  const [people, setPeople] = useState(true);
  const status = useChatState((state) => state.views[room]?.status);
  // While nobody is connected, the room may be this person's.
  const theirs = useChatState((state) => state.user === undefined || state.mine.has(room));
  useShortcuts();
  return (
    <div className={styles.page}>
      <Rooms />
      <main className={styles.main}>
        <RoomHeader room={room} people={people} togglePeople={() => setPeople(!people)} />
        <ConnectionLine />
        {status === "preview" || status === "missing" ? (
          <Outside key={room} room={room} />
        ) : (
          <RoomPane key={room} room={room} />
        )}
        {theirs && status !== "missing" && (
          <div className={styles.dock}>
            <SearchBack room={room} />
            <Composer room={room} />
          </div>
        )}
      </main>
      <Toasts />
      <Announcement />
      <People room={room} folded={!people} />
      <Dialogs />
    </div>
  );
}
