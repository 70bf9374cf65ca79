import { browserStorage } from "./local-storage.ts";

const TOKEN = "natter.token";
const USER = "natter.user";

/** Where a browser stores who this person is. */
export interface IdentityStorage {
  token(): string | undefined;
  /** The person's id: whose drafts and messages to load before the server has answered. */
  user(): string | undefined;
  keep(user: string, token: string | undefined): void;
  forget(): void;
}

export function browserIdentityStorage(): IdentityStorage {
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
