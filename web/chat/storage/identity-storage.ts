import { browserStorage } from "./local-storage.ts";

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

export function browserIdentity(): Identity {
  const storage = browserStorage();
  return {
    token: () => storage.get(TOKEN),
    user: () => storage.get(USER),
    keep(user, token) {
      storage.set(USER, user);
      if (token !== undefined) storage.set(TOKEN, token);
    },
    forget() {
      for (const key of [TOKEN, USER]) storage.remove(key);
    },
  };
}
