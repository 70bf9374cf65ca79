const TOKEN = "natter.token";

/** Where this browser keeps who it is. */
export interface Identity {
  token(): string | undefined;
  keep(token: string): void;
  forget(): void;
}

/** In `localStorage`, and where a browser denies that, for as long as the page is open. */
export function browserIdentity(): Identity {
  let memory: string | undefined;
  const storage = attempt(() => window.localStorage);
  return {
    token: () => attempt(() => storage?.getItem(TOKEN)) ?? memory,
    keep(token) {
      memory = token;
      attempt(() => storage?.setItem(TOKEN, token));
    },
    forget() {
      memory = undefined;
      attempt(() => storage?.removeItem(TOKEN));
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
