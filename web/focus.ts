import type { KeyboardEvent, MouseEvent } from "react";
import type { Place } from "./chat/state.ts";

/** Moves the focus to the composer. */
export function focusComposer(): void {
  document.getElementById("message")?.focus();
}

/** Moves it to the last message that is rendered, from which the arrow keys lead to the others. */
export function focusLatestMessage(): void {
  [...document.querySelectorAll<HTMLElement>("[role=log] article")].at(-1)?.focus();
}

/** Inserts a text at the composer's caret, as if it had been typed. */
export function typeIntoComposer(text: string): void {
  const field = document.getElementById("message");
  if (!(field instanceof HTMLTextAreaElement)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** For a button that its own action removes: if the keyboard pressed it, the focus moves to the composer. */
export function keepingFocus(act: () => unknown) {
  return (event: MouseEvent<HTMLElement>): void => {
    act();
    // A pointer's clicks count from 1. On a touch screen, a focused field opens the keyboard.
    if (event.detail === 0) focusComposer();
  };
}

/** Moves it to the message that the button belonged to. */
export function keepFocusInRow(event: MouseEvent<HTMLElement>): void {
  if (event.detail === 0) event.currentTarget.closest("article")?.focus();
}

/** Where the button is that was clicked. */
export function placeOf(event: MouseEvent<HTMLElement>): Place {
  return event.currentTarget.getBoundingClientRect();
}

/** An input method's Enter accepts a word. Safari sends it after the composition, as key code 229. */
export function isComposing(event: KeyboardEvent<HTMLElement>): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** Without a keyboard, Enter breaks the line, and a focused field opens the one on the screen. */
export function hasKeyboard(): boolean {
  return matchMedia("(hover: hover) and (pointer: fine)").matches;
}
