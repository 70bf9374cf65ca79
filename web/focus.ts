import type { KeyboardEvent, MouseEvent } from "react";

/** Puts the focus into the composer. */
export function focusComposer(): void {
  document.getElementById("message")?.focus();
}

/** Puts a text into the composer, where its caret is, as if it had been typed. */
export function typeIntoComposer(text: string): void {
  const field = document.getElementById("message");
  if (!(field instanceof HTMLTextAreaElement)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** After a click that takes its own button away: a keyboard's focus is not to be lost with it. */
export function keepFocus(event: MouseEvent<HTMLElement>): void {
  // A click of a pointer counts from 1; on a touch screen a focused field opens the keyboard.
  if (event.detail === 0) focusComposer();
}

/** The same, where the message that the button belongs to stays. */
export function keepFocusInRow(event: MouseEvent<HTMLElement>): void {
  if (event.detail === 0) event.currentTarget.closest("article")?.focus();
}

/** An input method's Enter takes a word; Safari sends it after the composition, as key code 229. */
export function isComposing(event: KeyboardEvent<HTMLElement>): boolean {
  return event.isComposing || event.keyCode === 229;
}

/** On a touch screen Enter breaks the line, and a focused field would open the keyboard. */
export function hasKeyboard(): boolean {
  return matchMedia("(hover: hover) and (pointer: fine)").matches;
}
