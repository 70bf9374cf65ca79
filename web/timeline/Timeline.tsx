import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useLayoutEffect, useMemo, useRef } from "react";
import { hasOlder } from "../chat/log.ts";
import { shownLog } from "../chat/store.ts";
import { useChat, useChatState } from "../context.ts";
import { Latest } from "./Latest.tsx";
import { MessageRow } from "./MessageRow.tsx";
import { OlderState } from "./OlderState.tsx";
import { toRows } from "./rows.ts";
import styles from "./Timeline.module.css";
import { useFollow } from "./useFollow.ts";
import { useOlder } from "./useOlder.ts";
import { useRoving } from "./useRoving.ts";

/** Within so many pixels of the end, the list follows what comes. */
export const END_THRESHOLD = 100;

export function Timeline({ room }: { room: string }) {
  const chat = useChat();
  const log = useChatState((state) => shownLog(state.views[room]));
  const canLoadOlder = useChatState((state) => state.views[room]?.older === "idle");
  const dividerAfter = useChatState((state) => state.views[room]?.dividerAfter);
  const user = useChatState((state) => state.user);
  const allOutgoing = useChatState((state) => state.outgoing);
  const begun = useRef(new Set<number>());
  const older = hasOlder(log);
  const rows = useMemo(() => {
    const first = log.entries.find(({ kind }) => kind === "message");
    if (first) begun.current.add(first.seq);
    const outgoing = allOutgoing.filter((message) => message.room === room);
    return toRows(log.entries, outgoing, user, { dividerAfter, older, begun: begun.current });
  }, [log, allOutgoing, user, room, dividerAfter, older]);

  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => (rows[index]?.starts ? 64 : 27),
    overscan: 8,
    paddingStart: 16,
    paddingEnd: 16,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: END_THRESHOLD,
  });
  const items = list.getVirtualItems();
  const leftAt = useFollow(list, rows);
  const { keyDown, rendered } = useRoving(list, rows.length);
  useLayoutEffect(rendered);
  useOlder(items[0]?.index, older && canLoadOlder, () => chat.loadOlder(room));
  const toEnd = useCallback(() => list.scrollToEnd(), [list]);

  return (
    <div className={styles.timeline}>
      <OlderState room={room} />
      {/* Scrolling puts rows in and takes them out; what is told aloud stands elsewhere. */}
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        tabIndex={0}
        onKeyDown={keyDown}
      >
        <div className={styles.sizer} style={{ height: `${list.getTotalSize()}px` }}>
          {items.map(({ key, index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const { key: _, ...shown } = row;
            return (
              <MessageRow
                key={key}
                {...shown}
                index={index}
                start={start}
                targeted={false}
                measure={list.measureElement}
              />
            );
          })}
        </div>
      </div>
      {leftAt !== undefined && <Latest rows={rows} user={user} after={leftAt} go={toEnd} />}
      <Announcement />
    </div>
  );
}

/** What a screen reader is told of what comes. */
function Announcement() {
  return (
    <p className="visually-hidden" aria-live="polite">
      {useChatState((state) => state.announcement)}
    </p>
  );
}
