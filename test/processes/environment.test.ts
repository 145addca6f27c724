import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childEnvironment } from '../../src/processes/environment';

test("keys, an editor's variables and a debugger's options do not reach a child", () => {
  const person = {
    PATH: '/bin', HOME: '/home/p', LC_ALL: 'C.UTF-8', LD_LIBRARY_PATH: '/nix/lib', ASSAY_THREADS: '2',
    OPENAI_API_KEY: 'sk', HF_TOKEN: 'hf', AWS_SECRET_ACCESS_KEY: 'a', LD_PRELOAD: '/x.so', NODE_OPTIONS: '--inspect', NODE_PATH: '/x', VSCODE_PID: '1', ELECTRON_RUN_AS_NODE: '0',
  };
  assert.deepEqual(childEnvironment({ ADDED: 'x' }, person), {
    PATH: '/bin', HOME: '/home/p', LC_ALL: 'C.UTF-8', LD_LIBRARY_PATH: '/nix/lib', ASSAY_THREADS: '2', ADDED: 'x', ELECTRON_RUN_AS_NODE: '1',
  });
});

test('Windows spells names as it likes', () => {
  const kept = childEnvironment({}, { Path: 'C:\\bin', SystemRoot: 'C:\\Windows', ComSpec: 'cmd.exe', UserProfile: 'C:\\Users\\p', windir: 'C:\\Windows', Secret: 's' });
  assert.deepEqual(Object.keys(kept).sort(), ['ComSpec', 'ELECTRON_RUN_AS_NODE', 'Path', 'SystemRoot', 'UserProfile', 'windir']);
});
