import { useEffect, useState } from "react";
import type { Dialog } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";

/** The dialog that is open, if one is. */
export function Dialogs() {
  const chat = useChat();
  const dialog = useChatState((state) => state.dialog);
  const [content, setContent] = useState<{ of: Dialog; element: React.JSX.Element }>();
  useEffect(() => {
    let wanted = true;
    if (dialog) {
      load(dialog).then(
        (element) => wanted && setContent({ of: dialog, element }),
        () => {
          chat.closeDialog();
          chat.report(words.page.dialogMissing);
        },
      );
    }
    return () => {
      wanted = false;
    };
  }, [chat, dialog]);
  return content && content.of === dialog ? content.element : null;
}

/** Each dialog is loaded when it is opened. */
function load(dialog: Dialog): Promise<React.JSX.Element> {
  switch (dialog.kind) {
    case "search":
      return import("../search/Search.tsx").then(({ Search }) => (
        <Search key={String(dialog.again)} again={dialog.again} />
      ));
    case "shortcuts":
      return import("../shortcuts/Shortcuts.tsx").then(({ Shortcuts }) => <Shortcuts />);
    case "createRoom":
      return import("../rooms/CreateRoom.tsx").then(({ CreateRoom }) => <CreateRoom />);
    case "room":
      return import("../rooms/RoomForm.tsx").then(({ RoomSettings }) => (
        <RoomSettings room={dialog.room} />
      ));
    case "members":
      return import("../people/Members.tsx").then(({ Members }) => <Members room={dialog.room} />);
    case "person":
      return import("../people/PersonCard.tsx").then(({ PersonCard }) => (
        <PersonCard key={dialog.user.id} {...dialog} />
      ));
    case "remove":
      return import("../people/questions.tsx").then(({ RemovePerson }) => (
        <RemovePerson {...dialog} />
      ));
    case "signOut":
      return import("../people/questions.tsx").then(({ SignOut }) => <SignOut />);
    case "leave":
      return import("../rooms/LeaveRoom.tsx").then(({ LeaveRoom }) => (
        <LeaveRoom room={dialog.room} />
      ));
    case "findPerson":
      return import("../people/FindPerson.tsx").then(({ FindPerson }) => <FindPerson />);
    case "devices":
      return import("../people/Devices.tsx").then(({ Devices }) => <Devices />);
    case "account":
      return import("../people/Account.tsx").then(({ Account }) => <Account />);
    case "emoji":
      return import("../emoji/EmojiPanel.tsx").then(({ EmojiPanel }) => <EmojiPanel {...dialog} />);
    case "message":
      return import("../actions/MessageMenu.tsx").then(({ MessageMenu }) => (
        <MessageMenu {...dialog} />
      ));
    case "picture":
      return import("../files/Lightbox.tsx").then(({ Lightbox }) => <Lightbox {...dialog} />);
  }
}
