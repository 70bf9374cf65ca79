import type { Page } from "playwright-core";

/** @returns the time from the key that `press` presses until a message with that text is painted */
export async function paintingOf(
  page: Page,
  text: string,
  press: () => Promise<void>,
): Promise<{ frames: number; ms: number }> {
  const watch = await page.evaluateHandle((text) => {
    const pressed = new Promise<KeyboardEvent>((resolve) =>
      addEventListener("keydown", resolve, { once: true }),
    );
    const painted = pressed.then(async ({ timeStamp }) => {
      for (let frames = 1; ; frames++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const shown = [...document.querySelectorAll("article p")].map((one) => one.textContent);
        if (shown.includes(text)) return { frames, ms: performance.now() - timeStamp };
      }
    });
    return { painted };
  }, text);
  await press();
  return watch.evaluate(({ painted }) => painted);
}
