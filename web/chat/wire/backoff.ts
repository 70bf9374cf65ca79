const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** How many ms to wait before the next attempt: doubled each time, the upper half random. */
export function backoff(attempt: number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt);
  return most * (0.5 + Math.random() / 2);
}
