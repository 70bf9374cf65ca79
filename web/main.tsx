import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shared.css";
import { createRoot, hydrateRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { pageAttention, pageVisibility } from "./chat/attention.ts";
import { createChat } from "./chat/chat.ts";
import { arrivalOf, destinationOf, hashOf } from "./chat/rooms/address.ts";
import { iconOf, titleOf } from "./chat/rooms/unread.ts";
import { browserIdentityStorage } from "./chat/storage/identity-storage.ts";
import { openUnsent } from "./chat/storage/unsent.ts";
import { browserNotifier } from "./chat/telling/notifications.ts";
import { ChatContext } from "./context.ts";
import { loadConfig } from "./join/config.ts";

const identity = browserIdentityStorage();
const arrival = arrivalOf(location);
// Codes do not stay in the address, nor in the history.
if (arrival) history.replaceState(null, "", "/");
const last = identity.room();
// Without a link, one comes back to the room that was open last.
const isLast = location.hash === "" && !arrival && last !== undefined;
if (isLast) history.replaceState(null, "", hashOf({ room: last }));
const chat = createChat({
  origin: location.origin,
  identity,
  first: { ...destinationOf(location.hash), isLast },
  arrival,
  unsent: openUnsent(identity.user),
  config: loadConfig,
  attention: pageAttention,
  visibility: pageVisibility,
  notifier: browserNotifier(),
  excerpt: async (text) => (await import("./ChatPage.tsx")).excerpt(text),
});
const { store } = chat;

/** The number of the current history entry, kept in its state. New entries have none yet. */
let entry = numberOf(history.state) ?? 0;
history.replaceState({ entry }, "");

// The address and the open room follow each other. Going back closes what is open over the room.
window.addEventListener("hashchange", () => {
  const to = numberOf(history.state);
  if (to === entry) return;
  if (to !== undefined && closesWhatIsOpen()) return history.go(entry - to);
  entry = to ?? entry + 1;
  history.replaceState({ entry }, "");
  // The page begins anew with another person.
  if (arrivalOf(location)) return location.reload();
  const { room, seq, invite } = destinationOf(location.hash);
  const isNew = room !== store.getState().open || seq !== undefined || invite !== undefined;
  if (isNew) chat.openRoom(room, seq, invite);
});
window.addEventListener("pagehide", chat.closing);
const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
store.subscribe((state, before) => {
  // Another tab has let another person in.
  if (before.user && state.user && before.user.id !== state.user.id) location.reload();
  const isMoved = state.open !== before.open || state.mine !== before.mine;
  if (isMoved && state.mine.has(state.open)) identity.keepRoom(state.open);
  const title = titleOf(state);
  if (document.title !== title) document.title = title;
  const href = iconOf(state);
  if (icon && icon.getAttribute("href") !== href) icon.href = href;
  // If the room did not change, the address may be a link just followed: `hashchange` comes later.
  if (state.open !== before.open && destinationOf(location.hash).room !== state.open) {
    location.hash = hashOf({ room: state.open });
  }
});

function numberOf(state: unknown): number | undefined {
  const number = typeof state === "object" && state !== null && Reflect.get(state, "entry");
  return typeof number === "number" ? number : undefined;
}

/** @returns whether there was a dialog, or a drawer, to close */
function closesWhatIsOpen(): boolean {
  const drawer = document.querySelector<HTMLElement>(":popover-open");
  const isOpen = drawer !== null || store.getState().dialog !== undefined;
  drawer?.hidePopover();
  chat.closeDialog();
  return isOpen;
}

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
