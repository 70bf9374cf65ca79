/** What came of the inputs: how many, the answers' codes, the slowest, and what must not happen. */
export class Tally {
  inputs = 0;
  readonly codes = new Map<string, number>();
  slowest = { ms: 0, input: "" };
  readonly findings: string[] = [];

  count(code: string): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
  }

  took(ms: number, input: string): void {
    this.inputs += 1;
    if (ms > this.slowest.ms) this.slowest = { ms, input: shorten(input) };
  }

  find(what: string, input: string): void {
    this.findings.push(`${what}: ${shorten(input)}`);
  }

  toString(): string {
    const codes = [...this.codes].toSorted(([a], [b]) => a.localeCompare(b));
    const counted = codes.map(([code, count]) => `${count} ${code}`).join(", ");
    const { ms, input } = this.slowest;
    return `${this.inputs} inputs: ${counted}; the slowest took ${ms.toFixed(1)} ms (${input}); ${this.findings.length} findings`;
  }
}

function shorten(input: string): string {
  const text = JSON.stringify(input);
  return text.length > 160 ? `${text.slice(0, 150)}… of ${input.length}` : text;
}
