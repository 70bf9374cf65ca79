import { type FocusEvent, type MouseEvent, type PointerEvent, useRef, useState } from "react";
import type { Place } from "../chat/state.ts";

/** A touch of this length shows a message's menu. */
const LONG_PRESS_MS = 450;

/** A touch that moves further than this, in px, scrolls. */
const SLOP = 10;

/** A row shows its actions while it is hovered or has a keyboard's focus; a long press calls `pressed`. */
export function useRowActions(pressed: (at: Place) => void) {
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number }>(undefined);
  /** A long press that ends on a link must not follow it. */
  const wasLong = useRef(false);

  function release() {
    clearTimeout(press.current?.timer);
    press.current = undefined;
  }

  return {
    active: hovered || focused,
    handlers: {
      onPointerEnter: ({ pointerType }: PointerEvent<HTMLElement>) =>
        setHovered(pointerType === "mouse"),
      onPointerLeave: () => setHovered(false),
      onPointerDown({ pointerType, target, clientX: x, clientY: y }: PointerEvent<HTMLElement>) {
        wasLong.current = false;
        if (pointerType === "mouse") return;
        release();
        // The browser has a menu of its own for links and for a text that is selected.
        const isLink = target instanceof Element && target.closest("a") !== null;
        if (isLink || getSelection()?.isCollapsed === false) return;
        const timer = setTimeout(() => {
          wasLong.current = true;
          pressed({ left: x, top: y, bottom: y });
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
      // A click focuses a row too, and shows nothing that hovering does not.
      onFocus: ({ target }: FocusEvent<HTMLElement>) =>
        setFocused(target instanceof Element && target.matches(":focus-visible")),
      onBlur({ currentTarget, relatedTarget }: FocusEvent<HTMLElement>) {
        if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) {
          setFocused(false);
        }
      },
    },
  };
}
