/** DynamoDB commands that one invocation runs side by side. */
const CONCURRENCY = 25;

/** Runs side by side. If one fails, the others finish before the first error is thrown. */
export async function parallel<T, R>(
  items: Iterable<T>,
  run: (item: T) => Promise<R>,
  concurrency = CONCURRENCY,
): Promise<R[]> {
  // All workers share this iterator.
  const queue = [...items].entries();
  const results: R[] = [];
  const errors: unknown[] = [];
  async function work(): Promise<void> {
    for (const [index, item] of queue) {
      try {
        results[index] = await run(item);
      } catch (error) {
        errors.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work));
  if (errors.length > 0) throw errors[0];
  return results;
}
