import { X } from "lucide-react";
import { type MouseEvent, type ReactNode, useEffect, useId, useRef } from "react";
import { useChat } from "../context.ts";
import { focusComposer, hasKeyboard } from "../focus.ts";
import { words } from "../words.ts";
import styles from "./DialogFrame.module.css";

interface Props {
  title: string;
  /** Stands at the top, without a visible heading. */
  palette?: boolean;
  children: ReactNode;
}

/** A modal dialog. Esc, its button or a click beside it closes it and returns the focus. */
export function DialogFrame({ title, palette = false, children }: Props) {
  const chat = useChat();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const own = useRef(chat.store.getState().dialog);

  /** The event `close` comes a moment later, when another dialog may be open. */
  function closed() {
    if (chat.store.getState().dialog === own.current) chat.closeDialog();
  }

  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    if (hasKeyboard()) element?.querySelector<HTMLElement>("input:not([type=radio])")?.focus();
    const row = before?.closest("article");
    return () => {
      // The removal of the element closes the dialog without an event.
      const back = [before, row].find((place) => place?.isConnected);
      // What opened it may be gone, as a row's actions are once the row loses the focus.
      if (back instanceof HTMLElement) back.focus();
      else if (hasKeyboard()) focusComposer();
    };
  }, []);

  function click(event: MouseEvent<HTMLDialogElement>) {
    // The frame fills the dialog: only its backdrop is the dialog itself.
    if (event.target === event.currentTarget) chat.closeDialog();
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself
    <dialog
      ref={dialog}
      className={styles.dialog}
      data-palette={palette}
      aria-labelledby={heading}
      onClose={closed}
      onClick={click}
    >
      <div className={styles.frame}>
        <header className={palette ? "visually-hidden" : styles.header}>
          <h2 id={heading}>{title}</h2>
          <button type="button" className="quiet icon" onClick={chat.closeDialog}>
            <X size={18} aria-hidden="true" />
            <span className="visually-hidden">{words.page.close}</span>
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
