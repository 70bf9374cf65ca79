import { isDeepStrictEqual } from "node:util";

/**
 * Writes or tells how something is, and again until it still is so afterwards: of several who do so
 * side by side, the last one has then said what is so.
 * @param state how it is, as the caller has just made it
 * @returns how it was told last
 */
export async function settled<T>(
  state: T,
  say: (state: T) => Promise<unknown>,
  look: () => Promise<T>,
): Promise<T> {
  for (let said = state; ; ) {
    await say(said);
    const now = await look();
    if (isDeepStrictEqual(now, said)) return said;
    said = now;
  }
}
