import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { engineAvailability, engineLoadFailure, type EngineSurroundings, missingPart } from '../../../src/model/onnx/availability';

const binary = (platform: string, architecture: string): string => path.join('/engine', 'bin', 'napi-v6', platform, architecture, 'onnxruntime_binding.node');
const runtime = ['msvcp140.dll', 'msvcp140_1.dll', 'vcruntime140.dll', 'vcruntime140_1.dll'].map((name) => path.join('C:\\Windows', 'System32', name));

function on(platform: NodeJS.Platform, architecture: string, changes: Partial<EngineSurroundings> & { readonly files?: readonly string[] } = {}): EngineSurroundings {
  const { files = [binary(platform, architecture), ...runtime], ...rest } = changes;
  const exists = (file: string): boolean => files.some((each) => each === file || each.startsWith(`${file}${path.sep}`));
  return { platform, architecture, folder: '/engine', glibc: '2.36', systemRoot: 'C:\\Windows', exists, ...rest };
}

const hint = (surroundings: EngineSurroundings): unknown => missingPart(surroundings)?.args['hintCode'] ?? null;

test('here, the engine is there', () => {
  assert.equal(engineAvailability(), null);
});

test('where nothing is missing, nothing is said', () => {
  assert.equal(hint(on('linux', 'x64')), null);
  assert.equal(hint(on('linux', 'arm64', { glibc: '2.28' })), null);
  assert.equal(hint(on('darwin', 'arm64', { glibc: null })), null);
  assert.equal(hint(on('win32', 'x64', { glibc: null })), null);
});

test('what is missing is named, with platform and architecture', () => {
  assert.equal(hint(on('darwin', 'x64', { files: [binary('darwin', 'arm64')] })), 'engine-hint-intel-mac');
  assert.equal(hint(on('linux', 'x64', { glibc: null })), 'engine-hint-musl');
  assert.equal(hint(on('linux', 'x64', { glibc: '2.17' })), 'engine-hint-glibc');
  assert.equal(hint(on('linux', 'arm64', { files: [binary('linux', 'x64')] })), 'engine-hint-architecture');
  assert.equal(hint(on('linux', 'x64', { files: [] })), 'engine-hint-binary');
  assert.equal(hint(on('win32', 'x64', { files: [binary('linux', 'x64')] })), 'engine-hint-binary');
  assert.equal(hint(on('freebsd', 'x64', { files: [] })), 'engine-hint-platform');
  assert.equal(hint(on('linux', 'x64', { folder: null })), 'engine-hint-package');
  assert.equal(hint(on('win32', 'x64', { files: [binary('win32', 'x64'), ...runtime.slice(1)] })), 'engine-hint-windows-runtime');
  assert.match(missingPart(on('linux', 'x64', { glibc: '2.17' }))?.message ?? '', /linux, x64.*glibc 2\.17.*2\.28 or newer/);
  assert.match(missingPart(on('win32', 'x64', { files: [binary('win32', 'x64')] }))?.message ?? '', /Visual C\+\+.*msvcp140\.dll/);
});

test('an engine that does not load for another reason says it in its own words, in one line', () => {
  const failure = engineLoadFailure(new Error('libstdc++.so.6: version GLIBCXX_3.4.30 not found\nRequire stack:'), on('linux', 'x64'));
  assert.equal(failure.code, 'engine-not-available');
  assert.match(failure.message, /linux, x64\): libstdc\+\+\.so\.6: version GLIBCXX_3\.4\.30 not found$/);
  assert.equal(engineLoadFailure(new Error('x'), on('linux', 'x64', { glibc: null })).args['hintCode'], 'engine-hint-musl');
});
