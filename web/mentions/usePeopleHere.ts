import { useEffect, useMemo, useState } from "react";
import type { User } from "../../protocol/model.ts";
import { emptyLog } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";

const PAUSE_MS = 150;
const ASKED = 10;

/** The people known in a room, and those whom the server finds there by name. */
export function usePeopleHere(room: string, sought: string | undefined): readonly User[] {
  const chat = useChat();
  const online = useChatState((state) => state.views[room]?.online?.users);
  const log = useChatState((state) => state.views[room]?.log ?? emptyLog);
  const [found, setFound] = useState<readonly User[]>([]);

  useEffect(() => {
    if (sought === undefined) return;
    const timer = setTimeout(() => {
      chat.findPeople({ room, query: sought, limit: ASKED }).then(
        ({ people }) => setFound(people),
        // Then only the known people are offered.
        () => undefined,
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [chat, room, sought]);

  return useMemo(() => {
    if (sought === undefined) return [];
    const authors = log.entries.map(({ author }) => author).toReversed();
    const all = [...(online ?? []), ...authors, ...found];
    // Each person once, by the first of their names: people online have their present one.
    return [...new Map(all.toReversed().map((user) => [user.id, user])).values()].toReversed();
  }, [sought, online, log, found]);
}
