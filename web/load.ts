/** By address, how often a part of the page did not load. */
const failures = new Map<string, number>();

/**
 * Loads a part of the page. Chromium remembers the address of a script that did not load once as
 * failed until the page is reloaded, so the script is then asked for at another one.
 */
export async function load<Part>(part: () => Promise<Part>): Promise<Part> {
  try {
    return await part();
  } catch (error) {
    const [address] = /https?:\S+/.exec(String(error)) ?? [];
    if (address === undefined) throw error;
    const times = failures.get(address) ?? 0;
    try {
      return await import(/* @vite-ignore */ `${address}?${times}`);
    } catch {
      failures.set(address, times + 1);
      throw error;
    }
  }
}

/** What is loaded once, and asked for again if it did not load. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined;
  return () => {
    loaded ??= ask();
    loaded.catch(() => {
      loaded = undefined;
    });
    return loaded;
  };
}
