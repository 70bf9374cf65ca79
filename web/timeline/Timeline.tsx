import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useLayoutEffect, useRef } from "react";
import { hasOlder, shownLog } from "../chat/log/room-log.ts";
import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import { Latest } from "./Latest.tsx";
import { MessageRow } from "./MessageRow.tsx";
import { NoticeRow } from "./NoticeRow.tsx";
import { PageState } from "./PageState.tsx";
import type { Row } from "./rows.ts";
import styles from "./Timeline.module.css";
import { OVERSCAN, useEdges } from "./useEdges.ts";
import { useFocusedRow } from "./useFocusedRow.ts";
import { END_THRESHOLD, useFollow } from "./useFollow.ts";
import { useRoving } from "./useRoving.ts";
import { useRows } from "./useRows.ts";
import { useTarget } from "./useTarget.ts";

export function Timeline({ room }: { room: string }) {
  const chat = useChat();
  const log = useChatState((state) => shownLog(state.views[room]));
  const newest = useChatState((state) => state.views[room]?.log.entries.at(-1)?.seq ?? 0);
  const live = useChatState((state) => state.views[room]?.past === undefined);
  const older = useChatState((state) => state.views[room]?.older);
  const newer = useChatState((state) => state.views[room]?.newer);
  const target = useChatState((state) => state.views[room]?.target);
  const user = useChatState((state) => state.user);
  const rows = useRows(room, log);

  const { rangeExtractor, focusHandlers } = useFocusedRow(rows);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: (index) => estimate(rows[index]),
    overscan: OVERSCAN,
    rangeExtractor,
    paddingStart: 16,
    paddingEnd: 16,
    anchorTo: "end",
    followOnAppend: live,
    scrollEndThreshold: END_THRESHOLD,
  });
  const items = list.getVirtualItems();
  const { leftAt, toEnd, moved } = useFollow({ list, rows, newest, live });
  const targeted = useTarget(list, rows, target, () => {
    moved();
    chat.arrivedAtTarget(room);
  });
  const { keyDown, rendered } = useRoving(list, rows.length);
  useLayoutEffect(rendered);
  useEdges(
    { first: list.range?.startIndex, last: list.range?.endIndex, count: rows.length },
    older === "idle" && hasOlder(log) && (() => chat.loadOlder(room)),
    newer === "idle" && !live && (() => chat.loadNewer(room)),
  );

  const seen = seenUpTo(rows, list.range?.endIndex, live ? newest : 0);
  useEffect(() => {
    if (seen !== undefined) chat.seen(room, seen);
  }, [chat, room, seen]);

  const toLatest = useCallback(() => {
    chat.toLatest(room);
    toEnd();
  }, [chat, toEnd, room]);

  return (
    <div className={styles.timeline}>
      <PageState room={room} />
      {/* Scrolling adds and removes rows, so this log is silent; see Announcement. */}
      <div
        ref={scroller}
        className={styles.scroller}
        role="log"
        aria-live="off"
        aria-label={words.timeline.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        tabIndex={0}
        onKeyDown={keyDown}
        {...focusHandlers}
      >
        <div className={styles.sizer} style={{ height: `${list.getTotalSize()}px` }}>
          {items.map(({ key, index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const { key: _, ...shown } = row;
            const place = { index, start, measure: list.measureElement };
            return "notices" in shown ? (
              <NoticeRow key={key} {...shown} {...place} />
            ) : (
              <MessageRow key={key} {...shown} {...place} targeted={key === targeted} />
            );
          })}
        </div>
      </div>
      {leftAt !== undefined && <Latest rows={rows} user={user} after={leftAt} go={toLatest} />}
    </div>
  );
}

/** The height in px of a message of one line, as most are. */
function estimate(row: Row | undefined): number {
  if (row === undefined || "notices" in row) return 32;
  return row.starts ? 66 : 27;
}

/** `seq` of the entry that the reader has reached; at the last row, that of the log's last entry. */
function seenUpTo(rows: readonly Row[], end: number | undefined, newest: number) {
  if (end === undefined || end === rows.length - 1) return newest > 0 ? newest : undefined;
  const row = rows[end];
  return row && "message" in row && "seq" in row.message ? row.message.seq : undefined;
}
