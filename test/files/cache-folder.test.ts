import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { cacheFolder } from '../../src/files/cache-folder';

test('ASSAY_CACHE, else the habits of the system; relative XDG paths mean nothing', () => {
  assert.equal(cacheFolder({ ASSAY_CACHE: '/x/y', XDG_CACHE_HOME: '/c' }, 'linux'), resolve('/x/y'));
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux'), join('/c', 'assay'));
  assert.equal(cacheFolder({ XDG_CACHE_HOME: 'c' }, 'linux'), join(homedir(), '.cache', 'assay'));
  assert.equal(cacheFolder({ ASSAY_CACHE: '' }, 'linux'), join(homedir(), '.cache', 'assay'));
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'darwin'), join(homedir(), 'Library', 'Caches', 'assay'));
  assert.equal(cacheFolder({ LOCALAPPDATA: '/l' }, 'win32'), join('/l', 'assay'));
  assert.equal(cacheFolder({}, 'win32'), join(homedir(), 'AppData', 'Local', 'assay'));
});
