// First, since tokens.css names the order of the layers.
import "./styles/tokens.css";
import "./styles/base.css";
import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { createChat } from "./chat/chat.ts";
import { hashOfRoom, messageOfHash, roomOfHash } from "./chat/rooms/address.ts";
import { openDatabase } from "./chat/storage/database.ts";
import { browserDraftStorage } from "./chat/storage/draft-storage.ts";
import { browserFileStorage } from "./chat/storage/file-storage.ts";
import { browserIdentityStorage } from "./chat/storage/identity-storage.ts";
import { browserOutboxStorage } from "./chat/storage/outbox-storage.ts";
import { browserNotifier } from "./chat/telling/notifications.ts";
import { iconOf, titleOf } from "./chat/telling/title.ts";
import { pageAttention, pageVisibility } from "./chat/wire/heartbeat.ts";
import { ChatContext } from "./context.ts";

const identity = browserIdentityStorage();
const database = openDatabase();
const chat = createChat({
  origin: location.origin,
  identity,
  open: roomOfHash(location.hash),
  seq: messageOfHash(location.hash),
  outboxStorage: browserOutboxStorage(database, identity.user),
  draftStorage: browserDraftStorage(database, identity.user),
  fileStorage: browserFileStorage(database),
  attention: pageAttention,
  visibility: pageVisibility,
  notifier: browserNotifier(),
});
const { store } = chat;

// The address and the open room follow each other.
window.addEventListener("hashchange", () => {
  const [room, seq] = [roomOfHash(location.hash), messageOfHash(location.hash)];
  if (room !== store.getState().open || seq !== undefined) chat.openRoom(room, seq);
});
window.addEventListener("pagehide", chat.closing);
const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
store.subscribe((state, before) => {
  const title = titleOf(state);
  if (document.title !== title) document.title = title;
  const href = iconOf(state);
  if (icon && icon.getAttribute("href") !== href) icon.href = href;
  // If the room did not change, the address may be a link just followed: `hashchange` comes later.
  if (state.open !== before.open && roomOfHash(location.hash) !== state.open) {
    location.hash = hashOfRoom(state.open);
  }
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
