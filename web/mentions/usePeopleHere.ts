import { useEffect, useMemo, useState } from "react";
import type { User } from "../../protocol/model.ts";
import { emptyLog } from "../chat/state.ts";
import { useChat, useChatState } from "../context.ts";

const PAUSE_MS = 150;
const ASKED = 10;

/** The people of a room as far as they are known, and those whom the server finds by that name. */
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
        // Those who are known have to do.
        () => undefined,
      );
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [chat, room, sought]);

  return useMemo(() => {
    if (sought === undefined) return [];
    const authors = log.entries.map(({ author }) => author).toReversed();
    const all = [...(online ?? []), ...authors, ...found];
    // Of a person's names the one that is told first: who is online is told by the present one.
    return [...new Map(all.toReversed().map((user) => [user.id, user])).values()].toReversed();
  }, [sought, online, log, found]);
}
