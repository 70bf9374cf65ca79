import type { Page } from "playwright-core";

/** @returns how long it takes from the next key pressed until a message of that text is painted */
export function paintingOf(page: Page, text: string): Promise<{ frames: number; ms: number }> {
  return page.evaluate(
    (text) =>
      new Promise((resolve) => {
        const shown = () =>
          [...document.querySelectorAll("article p")].some((one) => one.textContent === text);
        addEventListener(
          "keydown",
          ({ timeStamp }) => {
            let frames = 0;
            const look = (now: number) => {
              frames++;
              if (shown()) resolve({ frames, ms: now - timeStamp });
              else requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
          },
          { once: true },
        );
      }),
    text,
  );
}
