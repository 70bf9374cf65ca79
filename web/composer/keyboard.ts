import type { KeyboardEvent } from "react";

/** An input method's Enter takes a word; Safari sends it after the composition, as key code 229. */
export function isComposing(event: KeyboardEvent<HTMLElement>): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** On a touch screen Enter breaks the line, and a focused field would open the keyboard. */
export function hasKeyboard(): boolean {
  return matchMedia("(hover: hover) and (pointer: fine)").matches;
}
