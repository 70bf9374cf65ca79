import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import type { Dialog, DialogOf } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";
import { load } from "../load.ts";
import { words } from "../words.ts";

/** The dialog that is open, if one is. */
export function Dialogs() {
  const chat = useChat();
  const dialog = useChatState((state) => state.dialog);
  const [content, setContent] = useState<{ of: Dialog; element: ReactNode }>();
  useEffect(() => {
    let wanted = true;
    if (dialog) {
      contentOf(dialog).then(
        (element) => wanted && setContent({ of: dialog, element }),
        () => {
          if (!wanted) return;
          chat.closeDialog();
          chat.report(words.page.dialogMissing);
        },
      );
    }
    return () => {
      wanted = false;
    };
  }, [chat, dialog]);
  // Between two dialogs there is none, so the second one begins anew.
  return content && content.of === dialog ? content.element : null;
}

type Kind = Dialog["kind"];

/** Each dialog is loaded when it is opened. */
const dialogs: { [K in Kind]: () => Promise<ComponentType<DialogOf<K>>> } = {
  search: async () => (await load(() => import("../search/Search.tsx"))).Search,
  shortcuts: async () => (await load(() => import("../shortcuts/Shortcuts.tsx"))).Shortcuts,
  room: async () => (await load(() => import("../rooms/RoomForm.tsx"))).RoomForm,
  leave: async () => (await load(() => import("./questions.tsx"))).LeaveRoom,
  members: async () => (await load(() => import("../people/Members.tsx"))).Members,
  person: async () => (await load(() => import("../people/PersonCard.tsx"))).PersonCard,
  findPerson: async () => (await load(() => import("../people/PeoplePicker.tsx"))).FindPerson,
  remove: async () => (await load(() => import("./questions.tsx"))).RemovePerson,
  signOut: async () => (await load(() => import("./questions.tsx"))).SignOut,
  devices: async () => (await load(() => import("../people/Devices.tsx"))).Devices,
  account: async () => (await load(() => import("../people/Account.tsx"))).Account,
  emoji: async () => (await load(() => import("../emoji/EmojiPanel.tsx"))).EmojiPanel,
  message: async () => (await load(() => import("../actions/MessageMenu.tsx"))).MessageMenu,
  picture: async () => (await load(() => import("../files/Lightbox.tsx"))).Lightbox,
};

async function contentOf<K extends Kind>(dialog: DialogOf<K>): Promise<ReactNode> {
  const Content = await dialogs[dialog.kind]();
  return <Content {...dialog} />;
}
