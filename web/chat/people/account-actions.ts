import type { Wire } from "../wire/wire.ts";
import type { createPresence } from "./presence.ts";

interface Parts {
  wire: Wire;
  presence: Pick<ReturnType<typeof createPresence>, "renamed">;
  /** Ends everything that runs for this person, and forgets who they are. */
  endSession: () => void;
}

/** What a person does with their own account. Each rejects with the error that the server answers. */
export function createAccountActions({ wire, presence, endSession }: Parts) {
  return {
    async rename(name: string): Promise<void> {
      const { user } = await wire.request("rename", { name });
      presence.renamed(user);
    },
    sessions: async () => (await wire.request("sessions", {})).sessions,
    async endSession(session: string): Promise<void> {
      await wire.request("endSession", { session });
    },
    /** A code with which another device becomes this person's. */
    link: async () => (await wire.request("link", {})).code,
    /** Signs out in this browser, or in all. A guest cannot come back as the same person. */
    async signOut(everywhere: boolean): Promise<void> {
      await wire.request("signOut", { everywhere });
      wire.close();
      endSession();
    },
  };
}
