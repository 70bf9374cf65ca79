import styles from "./App.module.css";
import { Composer } from "./composer/Composer.tsx";
import { useChatState } from "./context.ts";
import { JoinForm } from "./join/JoinForm.tsx";
import { People } from "./people/People.tsx";
import { RoomHeader } from "./rooms/RoomHeader.tsx";
import { Rooms } from "./rooms/Rooms.tsx";
import { ConnectionLine } from "./status/ConnectionLine.tsx";
import { RoomPane } from "./timeline/RoomPane.tsx";

export function App() {
  const phase = useChatState((state) => state.phase);
  return phase === "joining" ? <JoinForm /> : <ChatPage />;
}

function ChatPage() {
  const room = useChatState((state) => state.open);
  return (
    <div className={styles.page}>
      <Rooms />
      <main className={styles.main}>
        <RoomHeader room={room} />
        <ConnectionLine />
        <RoomPane key={room} room={room} />
        <Composer room={room} />
      </main>
      <People room={room} />
    </div>
  );
}
