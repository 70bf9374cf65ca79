import { type ComponentType, useEffect, useState } from "react";
import { useChatState } from "./context.ts";
import { JoinForm } from "./join/JoinForm.tsx";

/** What is needed once somebody has joined: on its way while the connection is made. */
const page = import("./ChatPage.tsx");

export function App() {
  const phase = useChatState((state) => state.phase);
  const [ChatPage, setChatPage] = useState<ComponentType>();
  useEffect(() => {
    void page.then((chunk) => setChatPage(() => chunk.ChatPage));
  }, []);
  if (phase === "joining") return <JoinForm />;
  return ChatPage && <ChatPage />;
}
