import { memo, useSyncExternalStore } from "react";
import type { RoomNotice } from "../chat/state.ts";
import { words } from "../words.ts";
import { dayOf, nameOfDay } from "./dates.ts";
import styles from "./Timeline.module.css";

export function DaySeparator({ day }: { day: number }) {
  return (
    <p className={`row ${styles.line}`}>
      <span>
        <DayName day={day} />
      </span>
    </p>
  );
}

/** The day of what is at the top of the screen. Screen readers have the separators and each time. */
export function StickyDay({ day }: { day: number }) {
  return (
    <p className={`panel hint ${styles.over} ${styles.day}`} aria-hidden="true">
      <DayName day={day} />
    </p>
  );
}

/** The line above the first message that is new to the reader. */
export function Divider() {
  return (
    <p className={`row ${styles.line} ${styles.new}`}>
      <span>{words.timeline.divider}</span>
    </p>
  );
}

/** Who joined and who left, in one sentence. */
export const Notices = memo(function Notices({ notices }: { notices: readonly RoomNotice[] }) {
  // Each person's last notice counts.
  const last = new Map(notices.map(({ user, kind }) => [user.id, { name: user.name, kind }]));
  const sentences = (["joined", "left"] as const).flatMap((kind) => {
    const names = [...last.values()].filter((one) => one.kind === kind).map(({ name }) => name);
    return names.length > 0 ? words.timeline[kind](names) : [];
  });
  return <p className={`hint ${styles.notice}`}>{sentences.join(" · ")}</p>;
});

function DayName({ day }: { day: number }) {
  return nameOfDay(day, useSyncExternalStore(onMidnight, startOfToday));
}

function startOfToday(): number {
  return dayOf(Date.now()).start;
}

/** Timers stand still while a machine sleeps, so the day is also checked when the page is shown. */
function onMidnight(notify: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const wait = () => {
    timer = setTimeout(() => {
      notify();
      wait();
    }, dayOf(Date.now()).end - Date.now());
  };
  wait();
  document.addEventListener("visibilitychange", notify);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", notify);
  };
}
