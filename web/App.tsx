import { type ComponentType, useEffect, useState } from "react";
import { useChatState } from "./context.ts";
import { JoinForm } from "./join/JoinForm.tsx";
import { words } from "./words.ts";

/** The page behind the sign-in. It loads while the connection is made. */
const page = import("./ChatPage.tsx").then(
  ({ ChatPage }) => ChatPage,
  () => NotLoaded,
);

export function App() {
  const phase = useChatState((state) => state.phase);
  const [Page, setPage] = useState<ComponentType>();
  useEffect(() => {
    void page.then((loaded) => setPage(() => loaded));
  }, []);
  if (phase === "joining") return <JoinForm />;
  return Page && <Page />;
}

function NotLoaded() {
  return (
    <main className="join">
      <p role="alert">{words.page.partMissing}</p>
      <button type="button" onClick={() => location.reload()}>
        {words.page.reload}
      </button>
    </main>
  );
}
