import type { User } from "../../../protocol/model.ts";
import type { Identity } from "../storage/identity-storage.ts";
import { type ChatStore, initialState } from "../store.ts";
import type { Wire } from "../wire/wire.ts";

interface Parts {
  store: ChatStore;
  wire: Wire;
  identity: Identity;
  renamed: (user: User) => void;
  /** Ends what runs for the person. */
  end: () => void;
}

/** What a person does with who they are. */
export function createAccount({ store, wire, identity, renamed, end }: Parts) {
  return {
    async rename(name: string): Promise<void> {
      const { user } = await wire.request("rename", { name });
      renamed(user);
    },
    /** Leaves this browser, or all of them; a guest cannot come back. */
    async signOut(everywhere: boolean): Promise<void> {
      await wire.request("signOut", { everywhere });
      end();
      wire.close();
      identity.forget();
      const { open, notifying } = store.getState();
      store.setState({ ...initialState({ phase: "joining", open }), notifying });
    },
  };
}
