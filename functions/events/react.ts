import { ClientError } from "../../protocol/errors.ts";
import { MAX_REACTING_PEOPLE, MAX_REACTIONS } from "../../protocol/limits.ts";
import { change } from "../chat/log/change.ts";
import type { MessageRecord } from "../store/entries.ts";
import type { ChatEvent } from "../wire/serve.ts";

/** Adds the person's emoji to a message, or removes it. Doing it twice changes nothing. */
export const react: ChatEvent<"react"> = (context, { emoji, on, ...data }) => {
  return change(context, "react", data, (message, { id }) =>
    on ? withReaction(message, emoji, id) : withoutReaction(message, emoji, id),
  );
};

function withReaction(message: MessageRecord, emoji: string, user: string): MessageRecord {
  const { reactions = [] } = message;
  const known = reactions.find((one) => one.emoji === emoji);
  if (known?.users.includes(user)) return message;
  if (reactions.flatMap(({ users }) => users).length >= MAX_REACTING_PEOPLE) {
    throw new ClientError(
      "forbidden",
      `A message takes the reactions of ${MAX_REACTING_PEOPLE} people`,
    );
  }
  if (known) {
    const added = { emoji, users: [...known.users, user] };
    return { ...message, reactions: reactions.map((one) => (one === known ? added : one)) };
  }
  if (reactions.length >= MAX_REACTIONS) {
    throw new ClientError("forbidden", `A message has at most ${MAX_REACTIONS} different emoji`);
  }
  return { ...message, reactions: [...reactions, { emoji, users: [user] }] };
}

function withoutReaction(message: MessageRecord, emoji: string, user: string): MessageRecord {
  const { reactions = [], ...rest } = message;
  if (!reactions.some((one) => one.emoji === emoji && one.users.includes(user))) return message;
  const left = reactions
    .map((one) =>
      one.emoji === emoji ? { emoji, users: one.users.filter((other) => other !== user) } : one,
    )
    .filter(({ users }) => users.length > 0);
  return left.length === 0 ? rest : { ...rest, reactions: left };
}
