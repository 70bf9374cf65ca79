import {
  type FocusEvent,
  type MouseEvent,
  type PointerEvent,
  useEffect,
  useRef,
  useState,
} from "react";

/** A touch of this length shows a row's actions. */
const LONG_PRESS_MS = 450;

/** A touch that moves further than this, in px, scrolls. */
const SLOP = 10;

/** A row shows its actions while it is hovered or focused, and after a long press. */
export function useRowActions() {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const [pressed, setPressed] = useState(false);
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number }>(undefined);
  const row = useRef<HTMLElement>(null);
  /** A long press that ends on a link must not follow it. */
  const wasLong = useRef(false);

  function release() {
    clearTimeout(press.current?.timer);
    press.current = undefined;
  }

  useEffect(() => {
    if (!pressed) return;
    // A touch elsewhere hides the actions.
    const touched = (event: globalThis.PointerEvent) => {
      if (event.target instanceof Node && row.current?.contains(event.target)) return;
      setPressed(false);
    };
    document.addEventListener("pointerdown", touched);
    return () => document.removeEventListener("pointerdown", touched);
  }, [pressed]);

  return {
    active: hovered || focused || pressed,
    handlers: {
      onPointerEnter: ({ pointerType }: PointerEvent<HTMLElement>) =>
        setHovered(pointerType === "mouse"),
      onPointerLeave: () => setHovered(false),
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (event.pointerType === "mouse") return;
        row.current = event.currentTarget;
        release();
        wasLong.current = false;
        const { clientX: x, clientY: y } = event;
        const timer = setTimeout(() => {
          setPressed(true);
          wasLong.current = true;
          getSelection()?.removeAllRanges();
        }, LONG_PRESS_MS);
        press.current = { timer, x, y };
      },
      onPointerMove({ clientX, clientY }: PointerEvent<HTMLElement>) {
        if (press.current === undefined) return;
        const { x, y } = press.current;
        if (Math.hypot(clientX - x, clientY - y) > SLOP) release();
      },
      onClickCapture(event: MouseEvent<HTMLElement>) {
        if (!wasLong.current) return;
        wasLong.current = false;
        event.preventDefault();
        event.stopPropagation();
      },
      onPointerUp: release,
      onPointerCancel: release,
      onFocus: () => setFocused(true),
      onBlur({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) {
          setFocused(false);
        }
      },
    },
  };
}
