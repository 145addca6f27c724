/** Hands on what comes in any order in the order of its numbers, each as soon as it and all before it are there. */
export class InOrder<T> {
  private readonly waiting = new Map<number, T>();
  private next = 0;

  constructor(private readonly give: (item: T) => void) {}

  put(index: number, item: T): void {
    this.waiting.set(index, item);
    for (let ready = this.waiting.get(this.next); ready !== undefined; ready = this.waiting.get(this.next)) {
      this.waiting.delete(this.next++);
      this.give(ready);
    }
  }
}
