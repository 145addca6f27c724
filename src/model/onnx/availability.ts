import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AssayError } from '../../protocol/errors';
import { describe, type MessageCode } from '../../protocol/messages';

/** Of the C library the engine's Linux binary was linked against. */
const OLDEST_GLIBC = [2, 28] as const;
/** The C++ runtime that the engine's Windows binary needs; it comes with most programs, not with Windows. */
const WINDOWS_RUNTIME = ['msvcp140.dll', 'msvcp140_1.dll', 'vcruntime140.dll', 'vcruntime140_1.dll'];

/** Platforms the engine has a binary for. */
const BUILT_FOR: ReadonlySet<string> = new Set(['linux x64', 'linux arm64', 'win32 x64', 'win32 arm64', 'darwin arm64']);

/** What the engine meets on a machine; tests put their own in. */
export type EngineSurroundings = {
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
  /** The engine's package; null: it is not installed. */
  readonly folder: string | null;
  /** Version of glibc; null where the C library is another one (musl). */
  readonly glibc: string | null;
  readonly systemRoot: string;
  readonly exists: (file: string) => boolean;
};

let known: AssayError | null | undefined;

/**
 * Why no checkpoint can be loaded on this machine, or null: `engine-not-available` with what is missing. Looks for files only,
 * nothing is loaded; remembered.
 */
export function engineAvailability(): AssayError | null {
  known ??= missingPart(here());
  return known;
}

/** As `engineAvailability`, for other surroundings. */
export function missingPart({ platform, architecture, folder, glibc, systemRoot, exists }: EngineSurroundings): AssayError | null {
  const because = (hint: MessageCode, args: Record<string, string> = {}): AssayError =>
    new AssayError('engine-not-available', { platform, architecture, hint: describe(hint, args), hintCode: hint });
  if (folder === null) return because('engine-hint-package');
  const binary = path.join(folder, 'bin', 'napi-v6', platform, architecture, 'onnxruntime_binding.node');
  if (!exists(binary)) {
    if (platform === 'darwin' && architecture === 'x64') return because('engine-hint-intel-mac');
    const other = ['x64', 'arm64'].find((each) => each !== architecture && exists(path.join(folder, 'bin', 'napi-v6', platform, each)));
    if (other !== undefined) return because('engine-hint-architecture', { built: other });
    return because(BUILT_FOR.has(`${platform} ${architecture}`) ? 'engine-hint-binary' : 'engine-hint-platform');
  }
  if (platform === 'linux' && glibc === null) return because('engine-hint-musl');
  if (platform === 'linux' && glibc !== null && isOlder(glibc)) return because('engine-hint-glibc', { version: glibc, oldest: OLDEST_GLIBC.join('.') });
  if (platform === 'win32') {
    const missing = WINDOWS_RUNTIME.filter((name) => !exists(path.join(systemRoot, 'System32', name)));
    if (missing.length > 0) return because('engine-hint-windows-runtime', { missing: missing.join(', ') });
  }
  return null;
}

/** What went wrong when the engine was loaded all the same. */
export function engineLoadFailure(error: unknown, surroundings = here()): AssayError {
  const found = missingPart(surroundings);
  if (found !== null) return found;
  const { platform, architecture } = surroundings;
  const detail = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  return new AssayError('engine-not-available', { platform, architecture, hint: describe('engine-hint-other', { detail }), hintCode: 'engine-hint-other' }, {}, { cause: error });
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_GLIBC[0] || (major === OLDEST_GLIBC[0] && minor < OLDEST_GLIBC[1]);
}

function here(): EngineSurroundings {
  return {
    platform: process.platform,
    architecture: process.arch,
    folder: packageFolder(),
    glibc: process.platform === 'linux' ? glibcVersion() : null,
    systemRoot: process.env['SystemRoot'] ?? 'C:\\Windows',
    exists: existsSync,
  };
}

/** From where this bundle lies, as the engine will be found. */
function packageFolder(): string | null {
  try {
    return path.dirname(createRequire(path.join(__dirname, 'from-here.js')).resolve('onnxruntime-node/package.json'));
  } catch {
    return null;
  }
}

/** Of the running process; the report's list of network interfaces is left out, it can take seconds. */
function glibcVersion(): string | null {
  const { report } = process;
  const before: unknown = Reflect.get(report, 'excludeNetwork');
  Reflect.set(report, 'excludeNetwork', true);
  const { header } = report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  Reflect.set(report, 'excludeNetwork', before);
  return header?.glibcVersionRuntime ?? null;
}
