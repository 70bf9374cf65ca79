import { useSyncExternalStore } from "react";
import styles from "./DaySeparator.module.css";
import { dayOf, nameOfDay } from "./dates.ts";

export function DaySeparator({ day }: { day: number }) {
  return (
    <p className={styles.day}>
      <span>
        <DayName day={day} />
      </span>
    </p>
  );
}

/** The day of what is at the top of the screen. Screen readers have the separators and each time. */
export function StickyDay({ day }: { day: number }) {
  return (
    <p className={styles.sticky} aria-hidden="true">
      <DayName day={day} />
    </p>
  );
}

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
