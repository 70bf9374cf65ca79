import pMap from "p-map";

/** DynamoDB commands that one invocation runs side by side. */
const CONCURRENCY = 25;

/** Runs side by side. If one fails, the others finish before the first error is thrown. */
export async function parallel<T, R>(
  items: Iterable<T>,
  run: (item: T) => Promise<R>,
  concurrency = CONCURRENCY,
): Promise<R[]> {
  try {
    return await pMap(items, run, { concurrency, stopOnError: false });
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
}
