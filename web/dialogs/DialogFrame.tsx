import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import type { ChatState, Place } from "../chat/state.ts";
import { useChat } from "../context.ts";
import { focusComposer, hasKeyboard } from "../focus.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words.ts";
import styles from "./DialogFrame.module.css";

interface Props {
  title: ReactNode;
  /** Stands at the top, without a visible heading. */
  palette?: boolean;
  /** Fills the window. */
  wide?: boolean;
  /** Whether one types into it at once: then a touch screen shows its keyboard, too. */
  toType?: boolean;
  /** What it is about, beside which it stands if there is space. */
  beside?: Place | undefined;
  /** In px, where it does not take the whole width of a narrow window. */
  width?: number;
  /** Without a visible heading. */
  bare?: boolean;
  children: ReactNode;
}

/** A modal dialog. Esc, its button or a click beside it closes it and returns the focus. */
export function DialogFrame(props: Props) {
  const { title, palette = false, wide = false, bare = palette, beside, width = 300 } = props;
  const { toType, children } = props;
  const chat = useChat();
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  /** Where the pointer went down. A click may end elsewhere, as after a long press or a selection. */
  const pressed = useRef<EventTarget>(null);

  useEffect(() => {
    const before = writing(chat.store.getState());
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    if (element && beside) placeBeside(element, beside);
    const types = toType || hasKeyboard();
    const field = types && element?.querySelector<HTMLElement>("input[type=text]");
    // What is focused must be seen: a bare dialog hides its first button.
    const first = bare && element?.querySelector<HTMLElement>(`.${styles.body} button`);
    (field || first || null)?.focus();
    const row = opener?.closest("article");
    return () => {
      // It has led to another room, or put something into the text: one goes on writing.
      if (writing(chat.store.getState()).some((part, index) => part !== before[index])) {
        if (hasKeyboard()) focusComposer();
        return;
      }
      // The removal of the element closes the dialog without an event.
      const back = [opener, row].find((place) => place?.isConnected);
      // What opened it may be gone, as a row's actions are once the row loses the focus.
      if (back instanceof HTMLElement) back.focus();
      else if (hasKeyboard()) focusComposer();
    };
  }, [chat]);

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Esc closes a dialog by itself
    <dialog
      ref={dialog}
      className={`panel comes ${styles.dialog}`}
      data-palette={palette}
      data-bare={bare}
      data-wide={wide}
      data-beside={beside !== undefined}
      style={{ "--width": `${width}px` }}
      aria-labelledby={heading}
      // The event `close` comes after keys that are pressed right after Esc.
      onCancel={chat.closeDialog}
      onPointerDownCapture={({ target }) => {
        pressed.current = target;
      }}
      onClickCapture={(event) => {
        // What opened the dialog is still being touched. (A keyboard's clicks count from 0.)
        if (event.detail > 0 && pressed.current === null) event.stopPropagation();
      }}
      onClick={({ target, currentTarget }) => {
        // The frame fills the dialog: only its backdrop is the dialog itself.
        if (target === currentTarget && target === pressed.current) chat.closeDialog();
      }}
    >
      <div className={styles.frame}>
        <header className={bare ? "visually-hidden" : `row apart ${styles.header}`}>
          <h2 id={heading} className="cut">
            {title}
          </h2>
          <IconButton icon={X} label={words.page.close} act={chat.closeDialog} />
        </header>
        <div className={`scrolls ${styles.body}`}>{children}</div>
      </div>
    </dialog>
  );
}

function writing({ open, drafts, editing }: ChatState): readonly unknown[] {
  return [open, drafts[open], editing];
}

/** Below what it is about, or above; inside the window. A narrow window shows it at its lower edge. */
function placeBeside(dialog: HTMLDialogElement, { left, top, bottom }: Place): void {
  const { width, height } = dialog.getBoundingClientRect();
  const below = bottom + GAP_PX;
  const y = below + height + GAP_PX < innerHeight ? below : Math.max(GAP_PX, top - GAP_PX - height);
  const x = Math.max(GAP_PX, Math.min(left, innerWidth - width - GAP_PX));
  dialog.style.setProperty("--x", `${x}px`);
  dialog.style.setProperty("--y", `${y}px`);
}

const GAP_PX = 8;
