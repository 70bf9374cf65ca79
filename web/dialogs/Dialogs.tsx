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
async function load(dialog: Dialog): Promise<React.JSX.Element> {
  switch (dialog.kind) {
    case "search": {
      const { Search } = await import("../search/Search.tsx");
      return <Search key={String(dialog.again)} again={dialog.again} />;
    }
    case "shortcuts": {
      const { Shortcuts } = await import("../shortcuts/Shortcuts.tsx");
      return <Shortcuts />;
    }
    case "createRoom": {
      const { CreateRoom } = await import("../rooms/CreateRoom.tsx");
      return <CreateRoom />;
    }
    case "room": {
      const { RoomSettings } = await import("../rooms/RoomForm.tsx");
      return <RoomSettings room={dialog.room} />;
    }
    case "members": {
      const { Members } = await import("../people/Members.tsx");
      return <Members room={dialog.room} />;
    }
    case "person": {
      const { PersonCard } = await import("../people/PersonCard.tsx");
      return <PersonCard key={dialog.user.id} {...dialog} />;
    }
    case "remove": {
      const { RemovePerson } = await import("../people/questions.tsx");
      return <RemovePerson {...dialog} />;
    }
    case "signOut": {
      const { SignOut } = await import("../people/questions.tsx");
      return <SignOut />;
    }
    case "leave": {
      const { LeaveRoom } = await import("../rooms/LeaveRoom.tsx");
      return <LeaveRoom room={dialog.room} />;
    }
    case "findPerson": {
      const { FindPerson } = await import("../people/FindPerson.tsx");
      return <FindPerson />;
    }
    case "account": {
      const { Account } = await import("../people/Account.tsx");
      return <Account />;
    }
    case "emoji": {
      const { EmojiPanel } = await import("../emoji/EmojiPanel.tsx");
      return <EmojiPanel {...dialog} />;
    }
    case "message": {
      const { MessageMenu } = await import("../actions/MessageMenu.tsx");
      return <MessageMenu {...dialog} />;
    }
  }
}
