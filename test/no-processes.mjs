// Loaded before the unit tests: they start no process of ours and no browser. What needs one is a system test (`*.system.test.ts`).
import childProcess, { ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';

const heavy = (file) => file === process.execPath || /^(node|chromium|code-server)$/.test(path.basename(String(file)));
function refuse(file) {
  if (!heavy(file)) return;
  if (process.env.ASSAY_RECORD) return appendFileSync(process.env.ASSAY_RECORD, `${process.argv[1]} ${file}\n`);
  throw new Error(`A unit test started ${file}: name its file *.system.test.ts.`);
}

const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (options) {
  refuse(options.file);
  return spawn.call(this, options);
};
for (const name of ['spawnSync', 'execFileSync']) {
  const original = childProcess[name];
  childProcess[name] = (file, ...rest) => {
    refuse(file);
    return original(file, ...rest);
  };
}
