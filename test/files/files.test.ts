import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileNameOf, fileNamesOf } from '../../src/files/file-name';
import { makeFolder } from '../../src/files/make-folder';
import { naturalOrder } from '../../src/files/natural-order';
import { entriesBelow, expandPattern, SearchTooLarge } from '../../src/files/path-pattern';
import { readLimited, readLimitedSync, ReadFailure } from '../../src/files/read-limited';
import { renamePatiently } from '../../src/files/renaming';
import { writeWhole } from '../../src/files/write-whole';

const folder = (): string => mkdtempSync(join(tmpdir(), 'assay-files-'));

describe('reading with a limit', () => {
  it('gives the bytes of a plain file', async () => {
    const file = join(folder(), 'a');
    writeFileSync(file, 'text');
    assert.equal((await readLimited(file, 4)).toString(), 'text');
    assert.equal(readLimitedSync(file, 4).toString(), 'text');
  });

  it('refuses what is larger, what is missing and what is no plain file', async () => {
    const place = folder();
    writeFileSync(join(place, 'large'), 'text!');
    symlinkSync('/dev/zero', join(place, 'zero'));
    execFileSync('mkfifo', [join(place, 'fifo')]);
    const reasons = { large: 'too-large', zero: 'not-a-file', fifo: 'not-a-file', none: 'missing' };
    for (const [name, reason] of Object.entries({ ...reasons, '.': 'not-a-file' })) {
      const isReason = (error: unknown): boolean => error instanceof ReadFailure && error.reason === reason;
      await assert.rejects(readLimited(join(place, name), 4), isReason, name);
      assert.throws(() => readLimitedSync(join(place, name), 4), isReason, name);
    }
  });
});

describe('searching by a pattern', () => {
  it('finds files and folders in natural order and leaves hidden ones out', async () => {
    const root = folder();
    for (const name of ['c-10/x', 'c-9/x', '.h/x', 'c-9/deep/x']) mkdirSync(join(root, name, '..'), { recursive: true });
    for (const name of ['c-10/x', 'c-9/x', '.h/x', 'c-9/deep/x']) writeFileSync(join(root, name), '');
    assert.deepEqual(await expandPattern(join(root, 'c-*'), { kind: 'folders' }), [join(root, 'c-9'), join(root, 'c-10')]);
    assert.deepEqual(await expandPattern(join(root, '*/x'), { kind: 'files' }), [join(root, 'c-9/x'), join(root, 'c-10/x')]);
    assert.deepEqual(await expandPattern(join(root, '**/x'), { kind: 'files' }), [join(root, 'c-9/deep/x'), join(root, 'c-9/x'), join(root, 'c-10/x')]);
    assert.deepEqual(await expandPattern(join(root, '.h/*'), { kind: 'files' }), [join(root, '.h/x')]);
    assert.deepEqual(await entriesBelow(root, { kind: 'files' }), ['c-10/x', 'c-9/deep/x', 'c-9/x']);
  });

  it('ends where links lead back', async () => {
    const root = folder();
    mkdirSync(join(root, 'a'));
    writeFileSync(join(root, 'a/x'), '');
    for (const name of ['l1', 'l2', 'l3']) symlinkSync('.', join(root, 'a', name));
    assert.deepEqual(await expandPattern(join(root, '**/x'), { kind: 'files' }), [join(root, 'a/x')]);
  });

  it('ends at its budget', async () => {
    const root = folder();
    for (let index = 0; index < 20; index++) writeFileSync(join(root, `f${index}`), '');
    await assert.rejects(entriesBelow(root, { kind: 'files', most: 10 }), SearchTooLarge);
  });
});

describe('file names', () => {
  it('are safe everywhere and keep what is plain', () => {
    assert.equal(fileNameOf('sst2_4shot'), 'sst2_4shot');
    assert.equal(fileNameOf('mygroup::inner'), 'mygroup__inner');
    assert.equal(fileNameOf('../../etc'), '_._.._etc');
    assert.equal(fileNameOf('nul'), '_nul');
    assert.equal(fileNameOf('a\u001b]0;x\u0007'), 'a_]0;x_');
    assert.ok(Buffer.byteLength(fileNameOf('ä'.repeat(5000))) <= 150);
    assert.notEqual(fileNameOf('x'.repeat(300)), fileNameOf('x'.repeat(301)));
  });

  it('differ where the disk does not tell letter case apart', () => {
    const names = fileNamesOf(['Task', 'task', 'a:b', 'a/b']);
    assert.equal(new Set([...names.values()].map((name) => name.toLowerCase())).size, 4);
  });

  it('differ where the disk writes accented letters its own way', () => {
    const names = fileNamesOf(['caf\u00e9', 'cafe\u0301']);
    assert.equal(new Set([...names.values()].map((name) => name.normalize('NFD'))).size, 2);
  });
});

describe('writing whole files', () => {
  it('leaves nothing of a file that fails half way, and the earlier one as it was', () => {
    const file = join(folder(), 'a');
    writeFileSync(file, 'before');
    const chunks = function* (): Generator<string> {
      yield 'x'.repeat(1 << 19);
      throw new Error('no');
    };
    assert.throws(() => writeWhole(file, chunks()), { code: 'cannot-write' });
    assert.equal(readFileSync(file, 'utf8'), 'before');
    assert.deepEqual(readdirSync(join(file, '..')), ['a']);
  });

  it('a disk that takes a part only: an error by name, and nothing of it is there', () => {
    const place = folder();
    const script = `
      const { writeWhole } = require(${JSON.stringify(join(__dirname, '../../src/files/write-whole.ts'))});
      try { writeWhole(${JSON.stringify(join(place, 'results.json'))}, ['x'.repeat(60_000)]); console.log('written'); } catch (error) { console.log(error.code); }`;
    // A file may have 40 KB: what is written beyond is taken in part, then refused.
    const said = execFileSync('bash', ['-c', 'ulimit -f 40; exec "$0" --import tsx -e "$1"', process.execPath, script], { encoding: 'utf8' });
    assert.equal(said.trim(), 'cannot-write');
    assert.deepEqual(readdirSync(place), []);
  });

  it('replaces a link and does not write through it', () => {
    const place = folder();
    writeFileSync(join(place, 'secret'), 'mine');
    symlinkSync(join(place, 'secret'), join(place, 'run.json'));
    symlinkSync(join(place, 'secret'), join(place, 'run.json.part'));
    writeWhole(join(place, 'run.json'), ['new']);
    assert.equal(readFileSync(join(place, 'secret'), 'utf8'), 'mine');
    assert.equal(readFileSync(join(place, 'run.json'), 'utf8'), 'new');
  });

  it('makes no folder where a link to nothing stands', () => {
    const place = folder();
    symlinkSync(join(place, 'elsewhere/deep'), join(place, 'link'));
    assert.throws(() => makeFolder(join(place, 'link')));
  });

  it('a refused rename is tried again on Windows only', () => {
    let [calls, time] = [0, 0];
    const ports = {
      rename: () => {
        if (++calls < 4) throw Object.assign(new Error('busy'), { code: 'EBUSY' });
      },
      now: () => time,
      pause: (milliseconds: number) => void (time += milliseconds),
    };
    renamePatiently('a', 'b', ports, 'win32');
    assert.equal(calls, 4);
    calls = 0;
    assert.throws(() => renamePatiently('a', 'b', ports, 'linux'), { code: 'EBUSY' });
    calls = -1_000;
    assert.throws(() => renamePatiently('a', 'b', ports, 'win32'), { code: 'EBUSY' });
  });
});

describe('natural order', () => {
  it('reads digits as numbers, in linear time', () => {
    assert.deepEqual(['c-10', 'c-9', 'c-09', 'b'].sort(naturalOrder), ['b', 'c-09', 'c-9', 'c-10']);
    assert.ok(naturalOrder('9'.repeat(100_000), '1'.repeat(100_001)) < 0);
  });
});
