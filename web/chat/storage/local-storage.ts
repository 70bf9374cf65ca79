const memory = new Map<string, string>();

/** `localStorage`; if the browser denies it, a memory that lasts as long as the page. */
export function browserStorage() {
  const storage = attempt(() => window.localStorage);
  return {
    get: (key: string) => attempt(() => storage?.getItem(key)) ?? memory.get(key),
    set(key: string, value: string): void {
      memory.set(key, value);
      attempt(() => storage?.setItem(key, value));
    },
    remove(key: string): void {
      memory.delete(key);
      attempt(() => storage?.removeItem(key));
    },
  };
}

/** @returns undefined if the browser refuses it */
export function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
