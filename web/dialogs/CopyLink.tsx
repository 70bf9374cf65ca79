import { useChat } from "../context.ts";
import { words } from "../words.ts";
import { Field } from "./Form.tsx";

/** A link to hand on. */
export function CopyLink({ label, link }: { label: string; link: string }) {
  const chat = useChat();
  return (
    <Field label={label} readOnly value={link} onFocus={(event) => event.currentTarget.select()}>
      <button type="button" onClick={() => void copyText(link).then(chat.tell, chat.report)}>
        {words.actions.copyLink}
      </button>
    </Field>
  );
}

/** @returns what to say, once it is copied; @throws the same, if this browser refuses */
export async function copyText(text: string): Promise<string> {
  try {
    // Only secure contexts have a clipboard.
    await navigator.clipboard.writeText(text);
    return words.actions.copied;
  } catch {
    throw words.actions.cannotCopy;
  }
}
