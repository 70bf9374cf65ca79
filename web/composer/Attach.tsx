import { Paperclip } from "lucide-react";
import { useRef } from "react";
import { useChat, useChatState } from "../context.ts";
import { focusComposer } from "../focus.ts";
import { IconButton } from "../IconButton.tsx";
import { lazily } from "../lazily.tsx";
import { load } from "../load.ts";
import { words } from "../words.ts";

const Tray = lazily(async () => (await load(() => import("../files/Files.tsx"))).Tray);

/** The files of a draft, and the button that picks more. */
export function Attach({ room }: { room: string }) {
  const chat = useChat();
  const input = useRef<HTMLInputElement>(null);
  const some = useChatState(
    ({ drafts, preparing }) => preparing.has(room) || (drafts[room]?.files?.length ?? 0) > 0,
  );
  return (
    <>
      {some && <Tray room={room} />}
      <IconButton
        icon={Paperclip}
        size={20}
        label={words.composer.attach}
        act={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          chat.attach(room, [...(currentTarget.files ?? [])]);
          currentTarget.value = "";
          focusComposer();
        }}
      />
    </>
  );
}
