import { useChatState } from "../context.ts";

/** The names of the people whom a message means, a line each, and whether oneself is among them. */
export function useMentions(ids: readonly string[] | undefined) {
  const mentioned = useChatState(({ people }) =>
    (ids ?? []).flatMap((id) => people[id]?.name ?? []).join("\n"),
  );
  const mentionsMe = useChatState(({ user }) => user !== undefined && ids?.includes(user.id));
  return { mentioned, mentionsMe: mentionsMe === true };
}
