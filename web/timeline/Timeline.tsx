import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef } from "react";
import { emptyLog, hasOlder } from "../chat/log.ts";
import { useChat, useChatState } from "../context.ts";
import { MessageRow } from "./MessageRow.tsx";
import { toRows } from "./rows.ts";
import styles from "./Timeline.module.css";
import { useFollow } from "./useFollow.ts";
import { useOlder } from "./useOlder.ts";

/** Within so many pixels of the end, the list follows what comes. */
export const END_THRESHOLD = 100;

export function Timeline({ room }: { room: string }) {
  const chat = useChat();
  const log = useChatState((state) => state.views[room]?.log ?? emptyLog);
  const older = useChatState((state) => state.views[room]?.older);
  const user = useChatState((state) => state.user);
  const allOutgoing = useChatState((state) => state.outgoing);
  const announcement = useChatState((state) => state.announcement);
  const rows = useMemo(
    () =>
      toRows(
        log.entries,
        allOutgoing.filter((message) => message.room === room),
        user,
      ),
    [log, allOutgoing, user, room],
  );

  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: () => 56,
    overscan: 8,
    paddingStart: 16,
    paddingEnd: 16,
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: END_THRESHOLD,
  });
  const items = virtualizer.getVirtualItems();
  useFollow(virtualizer, rows);
  useOlder(items[0]?.index, hasOlder(log) && older === "idle", () => chat.loadOlder(room));

  return (
    <div className={styles.timeline}>
      <p className={styles.older} role="status">
        {older === "loading" && "Loading older messages…"}
        {older === "failed" && (
          <>
            Older messages did not load.{" "}
            <button type="button" onClick={() => chat.loadOlder(room)}>
              Try again
            </button>
          </>
        )}
      </p>
      {/* Scrolling puts rows in and takes them out; what is told aloud stands below. */}
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label="Messages"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        tabIndex={0}
      >
        <div className={styles.sizer} style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {items.map(({ key, index, start }) => {
            const row = rows[index];
            return (
              row && (
                <MessageRow
                  key={key}
                  row={row}
                  index={index}
                  start={start}
                  measure={virtualizer.measureElement}
                />
              )
            );
          })}
        </div>
      </div>
      <p className="visually-hidden" aria-live="polite">
        {announcement}
      </p>
    </div>
  );
}
