import { afterAll, afterEach, beforeAll } from "vitest";
import { type Client, openBare } from "../support/clients.ts";
import { type Stack, startStack } from "../support/stack.ts";

/** A stack for the tests of a file. */
export function useStack() {
  let stack: Stack | undefined;
  const running = (): Stack => {
    if (stack === undefined) throw new Error("The stack does not run");
    return stack;
  };
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(async () => {
    await stack?.stop();
    await stack?.remove();
  });
  return {
    get origin() {
      return running().origin;
    },
    /** Starts it anew with the data that it has. */
    async restart(): Promise<void> {
      const { dataDir, stop } = running();
      await stop();
      stack = await startStack({ dataDir });
    },
  };
}

/** People who come for one test and go after it. */
export function usePeople(stack: { readonly origin: string }) {
  const clients: Client[] = [];
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));
  return {
    async come(name: string, open = openBare): Promise<Client> {
      const client = await open(stack.origin, { name });
      clients.push(client);
      return client;
    },
    /** Another connection of the person. */
    async tabOf({ session }: Client, open = openBare): Promise<Client> {
      const client = await open(stack.origin, { token: session.token ?? "" });
      clients.push(client);
      return client;
    },
  };
}
