/** Admits `burst` requests at once and `rate` a second in the long run. */
export class TokenBucket {
  readonly #rate: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  constructor(
    { rate, burst }: { readonly rate: number; readonly burst: number },
    now: () => number = () => performance.now(),
  ) {
    this.#rate = rate;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = burst;
    this.#filledAt = now();
  }

  /** Takes a token of each bucket, or none if one of them is empty. */
  static take(...buckets: readonly TokenBucket[]): boolean {
    for (const bucket of buckets) bucket.#fill();
    if (buckets.some((bucket) => bucket.#tokens < 1)) return false;
    for (const bucket of buckets) bucket.#tokens--;
    return true;
  }

  #fill(): void {
    const now = this.#now();
    const tokens = this.#tokens + ((now - this.#filledAt) / 1000) * this.#rate;
    this.#tokens = Math.min(this.#burst, tokens);
    this.#filledAt = now;
  }
}
