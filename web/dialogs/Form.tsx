import { type ComponentProps, type FormEvent, type ReactNode, useId, useState } from "react";
import { charactersOf } from "../../protocol/text.ts";
import { useChat } from "../context.ts";
import { words } from "../words.ts";
import { DialogFrame } from "./DialogFrame.tsx";
import styles from "./form.module.css";
import { useAction } from "./useAction.ts";

interface FormProps {
  title: string;
  /** The label of the button that saves. */
  action: string;
  /** Whether what it does is hard to take back. */
  danger?: boolean;
  /** Saves what stands in the fields, each of which has a name. The dialog then closes. */
  save: (field: (name: string) => string) => Promise<unknown>;
  /** Stands beside the button, in the place of one that cancels. */
  other?: ReactNode;
  children: ReactNode;
}

/** A dialog with fields, or with a question. */
export function FormDialog(props: FormProps) {
  const { title, action, danger = false, save, other, children } = props;
  const chat = useChat();
  const { run, pending, problem } = useAction();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const wrong = event.currentTarget.querySelector<HTMLElement>("[aria-invalid=true]");
    if (wrong) return wrong.focus();
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
          {other ?? (
            <button type="button" onClick={chat.closeDialog}>
              {words.page.cancel}
            </button>
          )}
          <button type="submit" className={danger ? "danger" : undefined} aria-disabled={pending}>
            {action}
          </button>
        </p>
      </form>
    </DialogFrame>
  );
}

interface FieldProps extends Omit<ComponentProps<"input">, "label" | "role" | "type"> {
  label: string;
  /** How many characters it takes. More can be typed, but must be removed before saving. */
  limit?: number;
  /** What is said of what was typed. */
  hint?: string;
}

/** A field of a form with its label; `children` are buttons beside it. */
export function Field({ label, limit = Infinity, hint, children, ...input }: FieldProps) {
  const id = useId();
  const [over, setOver] = useState(0);
  return (
    <p className={`stack ${styles.field}`}>
      <label htmlFor={id}>{label}</label>
      <span className="row">
        <input
          id={id}
          type="text"
          autoComplete="off"
          aria-describedby={`${id}-hint problem`}
          aria-invalid={over > 0}
          {...input}
          onInput={(event) => {
            setOver(charactersOf(event.currentTarget.value).length - limit);
            input.onInput?.(event);
          }}
        />
        {children}
      </span>
      <small id={`${id}-hint`} role={over > 0 ? "alert" : "status"}>
        {over > 0 ? words.composer.tooLong(over) : hint}
      </small>
    </p>
  );
}
