import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef } from "react";
import { shownLog } from "../chat/log/room-log.ts";
import { isUnreadBefore } from "../chat/rooms/unread.ts";
import { useChat, useChatState } from "../context.ts";
import { words } from "../words.ts";
import { DaySeparator, Notices, StickyDay } from "./Between.tsx";
import { dayOf } from "./dates.ts";
import { MessageRow } from "./MessageRow.tsx";
import { Latest, PageState, UnreadBar } from "./Overlays.tsx";
import { type MessageLine, type Row, seqOf } from "./rows.ts";
import styles from "./Timeline.module.css";
import { END_THRESHOLD, useFollow } from "./useFollow.ts";
import { beginning, keepPlace, knownSizes, usePlace } from "./usePlace.ts";
import { OVERSCAN, useReading } from "./useReading.ts";
import { useRowFocus } from "./useRowFocus.ts";
import { useRows } from "./useRows.ts";
import { useTarget } from "./useTarget.ts";

export function Timeline({ room }: { room: string }) {
  const chat = useChat();
  const log = useChatState((state) => shownLog(state.views[room]));
  const newest = useChatState((state) => state.views[room]?.log.entries.at(-1)?.seq ?? 0);
  const live = useChatState((state) => state.views[room]?.past === undefined);
  const target = useChatState((state) => state.views[room]?.target);
  const { unread = 0, read = 0 } = useChatState((state) => state.rooms[room]) ?? {};
  const hasDivider = useChatState((state) => state.views[room]?.dividerAfter !== undefined);
  const user = useChatState((state) => state.user);
  const rows = useRows(room, log);

  // When a page connects the past with the log's end, the reader stays and reads on.
  const wasLive = useRef(live);
  useLayoutEffect(() => {
    wasLive.current = live;
  }, [live]);
  const { rangeExtractor, keyDown, handlers } = useRowFocus(rows);
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
    followOnAppend: live && wasLive.current,
    scrollEndThreshold: END_THRESHOLD,
    initialOffset: () => beginning(room, rows, estimate),
    initialMeasurementsCache: knownSizes(room),
  });
  const items = list.getVirtualItems();
  const { leftAt, toEnd, moved, isAtEnd } = useFollow({ list, rows, newest, live });
  usePlace(room, list, rows, moved);
  const targeted = useTarget(list, rows, target, () => {
    moved();
    chat.arrivedAtTarget(room);
  });
  const first = useReading(room, list, rows, log, live ? newest : undefined);
  useEffect(
    () => () => {
      keepPlace(room, list, isAtEnd());
      chat.turnedFrom(room, isAtEnd());
    },
    [chat, room, list, isAtEnd],
  );

  function toLatest() {
    chat.toLatest(room);
    toEnd();
  }

  const isLoaded = unread > 0 && (log.entries[0]?.seq ?? Number.POSITIVE_INFINITY) <= read + 1;
  const firstUnread = isLoaded ? rows.find((row) => isFrom(row, read + 1, user?.id)) : undefined;
  const isAbove =
    unread > 0 && hasDivider && first !== undefined && isUnreadBefore(log, read, first, user?.id);
  function markRead() {
    chat.markRead(room);
    toLatest();
  }
  useEscape(isAbove ? markRead : leftAt === undefined ? undefined : toLatest);

  const topDay = isAbove
    ? undefined
    : dayAtTop(rows[list.range?.startIndex ?? 0], leftAt !== undefined);

  return (
    <div className={styles.timeline}>
      <PageState room={room} />
      {isAbove && (
        <UnreadBar
          count={unread}
          since={firstUnread?.message.at}
          show={() => {
            if (firstUnread) list.scrollToIndex(rows.indexOf(firstUnread), { align: "start" });
            else chat.toUnread(room, read);
          }}
          markRead={markRead}
        />
      )}
      {topDay !== undefined && <StickyDay day={topDay} />}
      {/* Scrolling adds and removes rows, so this log is silent; see Announcement. */}
      <div
        ref={scroller}
        className={`scrolls ${styles.scroller}`}
        role="log"
        aria-live="off"
        aria-label={words.timeline.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        tabIndex={0}
        onKeyDown={(event) => keyDown(event, list)}
        {...handlers}
      >
        <div className={styles.sizer} style={{ height: `${list.getTotalSize()}px` }}>
          {items.map(({ key, index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const { key: _, day, ...shown } = row;
            return (
              <div
                key={key}
                ref={list.measureElement}
                data-index={index}
                className={styles.row}
                style={{ transform: `translateY(${start}px)` }}
              >
                {day !== undefined && <DaySeparator day={day} />}
                {"notices" in shown ? (
                  <Notices {...shown} />
                ) : (
                  <MessageRow {...shown} targeted={key === targeted} />
                )}
              </div>
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

/** The day of the first row on the screen, unless that is today and the reader is at the end. */
function dayAtTop(row: Row | undefined, isAway: boolean): number | undefined {
  // Where a day or what is new begins, a line stands there.
  if (row === undefined || "notices" in row || row.day !== undefined || row.divided) return;
  const day = dayOf(row.message.at).start;
  return isAway || day !== dayOf(Date.now()).start ? day : undefined;
}

/** Whether it is a message of somebody else with this `seq` or a later one. */
function isFrom(row: Row, seq: number, user: string | undefined): row is Row & MessageLine {
  return "message" in row && seqOf(row.message) >= seq && row.author.id !== user;
}

/** What the Escape key does in the timeline, after popovers and dialogs, which it closes first. */
function useEscape(act: (() => void) | undefined): void {
  useEffect(() => {
    if (act === undefined) return;
    function keyDown(event: KeyboardEvent) {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (document.querySelector(":popover-open, dialog[open]") === null) act?.();
    }
    window.addEventListener("keydown", keyDown);
    return () => window.removeEventListener("keydown", keyDown);
  }, [act]);
}
