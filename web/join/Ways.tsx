import { useChat, useChatState } from "../context.ts";
import { useAction } from "../dialogs/useAction.ts";
import { load } from "../load.ts";
import { words } from "../words.ts";
import { useConfig } from "./config.ts";

/** The ways in besides a name: signing in, and returning as a person who was in this browser before. */
export function Ways() {
  const chat = useChat();
  const { signIn } = useConfig();
  const account = useChatState((state) => state.account);
  const { run, pending, problem } = useAction();
  const { others, returnTo } = chat.identity;
  return (
    <>
      {signIn && !account && (
        <button
          type="button"
          aria-disabled={pending}
          onClick={() =>
            run(async () => {
              const { beginSignIn } = await load(() => import("./sign-in.ts"));
              await beginSignIn(signIn);
            })
          }
        >
          {words.join.signIn}
        </button>
      )}
      {others().map((other) => (
        <button
          key={other.id}
          type="button"
          onClick={() => {
            returnTo(other);
            location.reload();
          }}
        >
          {words.join.returnTo(other.name)}
        </button>
      ))}
      {problem && <p role="alert">{problem}</p>}
    </>
  );
}
