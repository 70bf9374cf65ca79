import { type ComponentProps, type FormEvent, type ReactNode, useId } from "react";
import { useChat } from "../context.ts";
import { words } from "../words.ts";
import { DialogFrame } from "./DialogFrame.tsx";
import styles from "./form.module.css";
import type { useAction } from "./useAction.ts";

interface FormProps extends ReturnType<typeof useAction> {
  title: string;
  /** The label of the button that saves. */
  action: string;
  /** Saves what stands in the fields, each of which has a name. The dialog then closes. */
  save: (field: (name: string) => string) => Promise<unknown>;
  /** Stands beside the button, in the place of one that cancels. */
  other?: ReactNode;
  children: ReactNode;
}

/** A dialog with fields. */
export function FormDialog(props: FormProps) {
  const { title, action, save, other, children, run, pending, problem } = props;
  const chat = useChat();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    run(async () => {
      await save((name) => String(data.get(name) ?? ""));
      chat.closeDialog();
    });
  }
  return (
    <DialogFrame title={title}>
      <form className={`stack ${styles.form}`} onSubmit={submit}>
        {children}
        <p id="problem" role="alert">
          {problem}
        </p>
        <p className={`row wraps ${styles.buttons}`}>
          {other ?? <Cancel />}
          <button type="submit" aria-disabled={pending}>
            {action}
          </button>
        </p>
      </form>
    </DialogFrame>
  );
}

/** The button that closes a dialog and changes nothing. */
export function Cancel() {
  const chat = useChat();
  return (
    <button type="button" onClick={chat.closeDialog}>
      {words.page.cancel}
    </button>
  );
}

interface FieldProps extends Omit<ComponentProps<"input">, "label" | "role" | "type"> {
  label: string;
  /** What is said of what was typed. */
  hint?: ReactNode;
}

/** A field of a form, with its label. */
export function Field({ label, hint, children, ...input }: FieldProps) {
  const id = useId();
  return (
    <p className={`stack ${styles.field}`}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        autoComplete="off"
        aria-describedby={`${id}-hint problem`}
        {...input}
      />
      {hint !== undefined && (
        <small id={`${id}-hint`} role="status">
          {hint}
        </small>
      )}
      {children}
    </p>
  );
}
