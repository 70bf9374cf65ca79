const TOKEN = "natter.token";
const USER = "natter.user";

/** Where this browser keeps who it is. */
export interface Identity {
  token(): string | undefined;
  /** The id of the person, to know what is theirs before the server says so. */
  user(): string | undefined;
  keep(user: string, token: string | undefined): void;
  forget(): void;
}

/** In `localStorage`, and where a browser denies that, for as long as the page is open. */
export function browserIdentity(): Identity {
  const memory = new Map<string, string>();
  const storage = attempt(() => window.localStorage);
  const get = (key: string) => attempt(() => storage?.getItem(key)) ?? memory.get(key);
  const set = (key: string, value: string) => {
    memory.set(key, value);
    attempt(() => storage?.setItem(key, value));
  };
  return {
    token: () => get(TOKEN),
    user: () => get(USER),
    keep(user, token) {
      set(USER, user);
      if (token !== undefined) set(TOKEN, token);
    },
    forget() {
      for (const key of [TOKEN, USER]) {
        memory.delete(key);
        attempt(() => storage?.removeItem(key));
      }
    },
  };
}

function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
