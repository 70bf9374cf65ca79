/** The start and the end of a local day, which are not always 24 hours apart. */
export function dayOf(at: number): { start: number; end: number } {
  const date = new Date(at);
  const start = date.setHours(0, 0, 0, 0);
  return { start, end: date.setDate(date.getDate() + 1) };
}

/** The name of a day, given the start of today. */
export function nameOfDay(day: number, today: number): string {
  if (day === today) return "Today";
  if (day === dayOf(today - 1).start) return "Yesterday";
  const format = new Date(day).getFullYear() === new Date(today).getFullYear() ? thisYear : anyYear;
  return format.format(day);
}

/** The time of a message, and its full date. */
export const timeOf = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
export const momentOf = new Intl.DateTimeFormat(undefined, {
  dateStyle: "full",
  timeStyle: "medium",
});

const thisYear = new Intl.DateTimeFormat(undefined, {
  weekday: "long",
  day: "numeric",
  month: "long",
});
const anyYear = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
