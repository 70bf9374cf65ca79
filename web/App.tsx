import { type ComponentType, useEffect, useState } from "react";
import { useChatState } from "./context.ts";
import { JoinForm } from "./join/JoinForm.tsx";

/** What is needed once somebody has joined: on its way while the connection is made. */
const page = import("./ChatPage.tsx");

export function App() {
  const phase = useChatState((state) => state.phase);
  const [ChatPage, setChatPage] = useState<ComponentType>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    page.then(
      (chunk) => setChatPage(() => chunk.ChatPage),
      () => setFailed(true),
    );
  }, []);
  if (phase === "joining") return <JoinForm />;
  if (failed) return <NotLoaded />;
  return ChatPage && <ChatPage />;
}

function NotLoaded() {
  return (
    <main className="join">
      <p role="alert">The page did not load as a whole.</p>
      <button type="button" onClick={() => location.reload()}>
        Load it again
      </button>
    </main>
  );
}
