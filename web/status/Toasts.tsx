import { X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { nameOfRoom } from "../chat/people/names.ts";
import { useChat, useChatState } from "../context.ts";
import { keepingFocus } from "../focus.ts";
import { IconButton } from "../IconButton.tsx";
import { words } from "../words.ts";
import styles from "./Toasts.module.css";

/** How long a toast stays unless somebody points at it. */
const PROBLEM_MS = 10_000;
const DONE_MS = 4_000;

/**
 * Says what was done or went wrong with something that is not on the screen. Screen readers announce
 * only changes of an element that was there before, so it is always rendered.
 */
export function Toasts() {
  const chat = useChat();
  const problem = useChatState((state) => state.problem);
  const done = useChatState((state) => state.done);
  const left = useChatState((state) =>
    state.leaving?.held ? nameOfRoom(state, state.leaving.room) : undefined,
  );
  return (
    <div role="status" className={`stack ${styles.toasts}`}>
      {left !== undefined && (
        <p className={`row panel comes ${styles.toast}`}>
          {words.leaving.left(left)}
          <button type="button" className="small" onClick={chat.undoLeaving}>
            {words.page.undo}
          </button>
        </p>
      )}
      {done !== undefined && (
        <Toast key={done} lasts={DONE_MS} close={chat.forgetDone}>
          {done}
        </Toast>
      )}
      {problem !== undefined && (
        <Toast key={problem} lasts={PROBLEM_MS} close={chat.forgetProblem} problem>
          {problem}
        </Toast>
      )}
    </div>
  );
}

interface Props {
  lasts: number;
  close: () => void;
  problem?: boolean;
  children: ReactNode;
}

function Toast({ lasts, close, problem = false, children }: Props) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(close, lasts);
    return () => clearTimeout(timer);
  }, [held, lasts, close]);

  return (
    <p
      className={`row panel comes ${styles.toast}`}
      data-problem={problem}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {children}
      <IconButton icon={X} size={16} label={words.page.close} act={keepingFocus(close)} />
    </p>
  );
}
