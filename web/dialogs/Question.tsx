import type { ReactNode } from "react";
import { DialogFrame } from "./DialogFrame.tsx";
import { Cancel } from "./Form.tsx";
import form from "./form.module.css";
import { useAction } from "./useAction.ts";

interface Props {
  title: string;
  /** What can be done, the most usual last. */
  actions: readonly { label: string; act: () => Promise<unknown> }[];
  /** What is lost by it. */
  children: ReactNode;
}

/** Asks before something is done that is hard to take back. */
export function Question({ title, actions, children }: Props) {
  const { run, pending, problem } = useAction();
  return (
    <DialogFrame title={title}>
      <div className={`stack ${form.form}`}>
        {children}
        <p role="alert">{problem}</p>
        <p className={`row wraps ${form.buttons}`}>
          <Cancel />
          {actions.map(({ label, act }) => (
            <button
              key={label}
              type="button"
              className="danger"
              aria-disabled={pending}
              onClick={() => run(act)}
            >
              {label}
            </button>
          ))}
        </p>
      </div>
    </DialogFrame>
  );
}
