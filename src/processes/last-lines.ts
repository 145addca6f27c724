const KEPT_LINES = 20;
const LONGEST_LINE = 2000;

/** The last lines a process wrote. */
export class LastLines {
  private complete: string[] = [];
  private open = '';

  add(chunk: Buffer | string): void {
    const lines = (this.open + chunk.toString()).split(/\r?\n/);
    this.open = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    this.complete = [...this.complete, ...lines].slice(-KEPT_LINES);
  }

  /** Without empty ones. */
  get lines(): readonly string[] {
    return [...this.complete, this.open].map((line) => line.trim()).filter((line) => line !== '');
  }
}
