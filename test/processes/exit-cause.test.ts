import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeText, exitCause } from '../../src/processes/exit-cause';
import { LastLines } from '../../src/processes/last-lines';

const text = (code: number | null, signal: NodeJS.Signals | null, electron = false): string => causeText(exitCause({ code, signal }, electron), []);

test('signals are told in words', () => {
  assert.match(text(null, 'SIGKILL'), /SIGKILL.*memory runs out/);
  assert.match(text(null, 'SIGBUS'), /SIGBUS.*became shorter/);
  assert.match(text(null, 'SIGSEGV'), /SIGSEGV.*crashed inside the runtime/);
  assert.match(text(null, 'SIGTRAP', true), /SIGTRAP.*ran out of memory.*Node executable/);
  assert.match(text(null, 'SIGTRAP', false), /SIGTRAP.*crashed/);
  assert.match(text(null, 'SIGHUP'), /signal SIGHUP/);
});

test('exit codes, with what the process said', () => {
  assert.match(text(0xc0000005, null), /0xc0000005.*crashed/);
  const lines = new LastLines();
  lines.add(Buffer.from('something\nError: Cannot find mod'));
  lines.add(Buffer.from("ule 'x'\n    at here\n\nNode.js v20"));
  assert.equal(causeText(exitCause({ code: 1, signal: null }, false), lines.lines), "exit code 1; it said: Error: Cannot find module 'x'");
});
