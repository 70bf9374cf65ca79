import { words } from "../words.ts";

/** The start and the end of a local day, which are not always 24 hours apart. */
export function dayOf(at: number): { start: number; end: number } {
  const date = new Date(at);
  const start = date.setHours(0, 0, 0, 0);
  return { start, end: date.setDate(date.getDate() + 1) };
}

/** The name of a day, given the start of today. */
export function nameOfDay(day: number, today: number): string {
  if (day === today) return words.dates.today;
  if (day === dayOf(today - 1).start) return words.dates.yesterday;
  const isThisYear = new Date(day).getFullYear() === new Date(today).getFullYear();
  return words.dates[isThisYear ? "dayOfThisYear" : "dayOfAnyYear"].format(day);
}

/** A moment in as few words as will do: of today the time, of another day its name. */
export function shortly(at: number): string {
  const { start } = dayOf(Date.now());
  const { time, yesterday, shortDay, day } = words.dates;
  if (at >= start) return time.format(at);
  if (at >= dayOf(start - 1).start) return yesterday;
  return (new Date(at).getFullYear() === new Date().getFullYear() ? shortDay : day).format(at);
}
