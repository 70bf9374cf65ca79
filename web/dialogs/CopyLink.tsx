import type { Chat } from "../chat/chat.ts";
import { useChat } from "../context.ts";
import { words } from "../words.ts";
import { Field } from "./Form.tsx";

/** A link to hand on. */
export function CopyLink({ label, link }: { label: string; link: string }) {
  const chat = useChat();
  return (
    <Field label={label} readOnly value={link} onFocus={(event) => event.currentTarget.select()}>
      <button type="button" onClick={() => copyText(chat, link)}>
        {words.actions.copyLink}
      </button>
    </Field>
  );
}

export async function copyText(chat: Chat, text: string): Promise<void> {
  try {
    // Only secure contexts have a clipboard.
    await navigator.clipboard.writeText(text);
    chat.tell(words.actions.copied);
  } catch {
    chat.report(words.actions.cannotCopy);
  }
}
