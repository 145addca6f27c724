/**
 * A Node whose model processes answer only as far as a test lets them: what is seen while a run goes on does not depend on
 * how fast the machine computes, draws or polls.
 */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export class HeldModel {
  /** For the setting `assay.nodePath`. */
  readonly node: string;
  private readonly most: string;

  constructor(folder: string) {
    this.node = path.join(folder, 'held-node');
    this.most = path.join(folder, 'most-answers');
    const gate = path.join(folder, 'gate.cjs');
    writeFileSync(gate, gateSource(this.node, this.most));
    writeFileSync(this.node, `#!/bin/sh\nexec '${process.execPath}' --require '${gate}' "$@"\n`, { mode: 0o755 });
  }

  /** Each model process, from its start on, gives the answers to so many batches and keeps the others back. */
  holdAfter(batches: number): void {
    writeFileSync(this.most, String(batches));
  }

  /** Everything that was kept back is given, and nothing is any more. */
  release(): void {
    rmSync(this.most, { force: true });
  }
}

/** Only what was computed waits; the process hears a cancel, a signal and its parent's death as ever. */
function gateSource(node: string, most: string): string {
  return `
    const { readFileSync } = require('node:fs');
    // Children are started with this Node again.
    process.execPath = ${JSON.stringify(node)};
    if (/model\\.js$/.test(process.argv[1] ?? '')) {
      const send = process.send.bind(process);
      const kept = [];
      let given = 0;
      const allowed = () => {
        try {
          return Number(readFileSync(${JSON.stringify(most)}, 'utf8') || 0);
        } catch {
          return Infinity;
        }
      };
      const give = () => {
        for (const most = allowed(); kept.length > 0 && given < most; given++) send(...kept.shift());
      };
      process.send = (message, ...rest) => {
        if (message.type !== 'scored') return send(message, ...rest);
        kept.push([message, ...rest]);
        give();
        return true;
      };
      setInterval(give, 20).unref();
    }
  `;
}
