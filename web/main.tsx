// First, since tokens.css names the order of the layers.
import "./styles/tokens.css";
import "./styles/base.css";
import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { createChat } from "./chat/chat.ts";
import { pageAttention } from "./chat/heartbeat.ts";
import { browserIdentity } from "./chat/identity.ts";
import { hashOfRoom, roomOfHash } from "./chat/links.ts";
import { browserOutboxStore } from "./chat/outbox-store.ts";
import { ChatContext } from "./context.ts";

const identity = browserIdentity();
const chat = createChat({
  origin: location.origin,
  identity,
  open: roomOfHash(location.hash),
  kept: browserOutboxStore(identity.user),
  attention: pageAttention,
});
const { store } = chat;

// The address and the open room follow each other.
window.addEventListener("hashchange", () => {
  const room = roomOfHash(location.hash);
  if (room !== store.getState().open) chat.openRoom(room);
});
store.subscribe(({ open }) => {
  document.title =
    open === "" ? "Natter" : `${store.getState().rooms[open]?.name ?? open} · Natter`;
  if (roomOfHash(location.hash) !== open) location.hash = hashOfRoom(open);
});

const app = (
  <ChatContext value={chat}>
    <App />
  </ChatContext>
);
const container = document.getElementById("app");
if (container === null) throw new Error("index.html has no #app");
if (store.getState().phase === "joining") hydrateRoot(container, app);
else {
  container.replaceChildren();
  createRoot(container).render(app);
}
chat.start();
