/** Ids of an evaluation's runs: `<UTC time>-<checkpoint name>`, in order, none twice. */
export class RunIds {
  private readonly given = new Set<string>();

  constructor(private readonly started: Date) {}

  /** The time of the start; later by milliseconds where several configs name the same checkpoint. */
  next(checkpoint: string): string {
    const name = checkpoint.replaceAll(/[^\w.@+-]+/g, '_');
    for (let time = this.started.getTime(); ; time++) {
      const id = `${new Date(time).toISOString().replaceAll(':', '-')}-${name}`;
      if (this.given.has(id)) continue;
      this.given.add(id);
      return id;
    }
  }
}
