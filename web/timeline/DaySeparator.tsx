import { useSyncExternalStore } from "react";
import styles from "./DaySeparator.module.css";
import { dayOf, nameOfDay } from "./dates.ts";

export function DaySeparator({ day }: { day: number }) {
  const today = useSyncExternalStore(onMidnight, startOfToday);
  return (
    <p className={styles.day}>
      <span>{nameOfDay(day, today)}</span>
    </p>
  );
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
