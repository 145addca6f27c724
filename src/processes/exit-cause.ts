import { describe, type MessageArgs, type MessageCode } from '../protocol/messages';

/** How a process ended, as Node reports it. */
export type ProcessEnding = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type ExitCause = { readonly code: MessageCode; readonly args: MessageArgs };

/** Windows has no signals: a crash is an exit code of this range (NTSTATUS errors, 0xC0000000 and up). */
const WINDOWS_CRASH = 0xc0000000;

/** Why a process ended, in words. `underElectron`: it ran in Electron's binary, whose allocator traps instead of failing. */
export function exitCause({ code, signal }: ProcessEnding, underElectron: boolean): ExitCause {
  switch (signal) {
    case 'SIGKILL':
      return { code: 'cause-killed', args: {} };
    case 'SIGTERM':
      return { code: 'cause-terminated', args: {} };
    case 'SIGBUS':
      return { code: 'cause-bus', args: {} };
    case 'SIGTRAP':
    case 'SIGABRT':
    case 'SIGSEGV':
    case 'SIGILL':
      return { code: underElectron && signal !== 'SIGSEGV' ? 'cause-memory' : 'cause-crash', args: { signal } };
    case null:
      if (code !== null && code >= WINDOWS_CRASH) return { code: 'cause-crash', args: { signal: `0x${code.toString(16)}` } };
      return { code: 'cause-exit', args: { code: code ?? -1 } };
    default:
      return { code: 'cause-signal', args: { signal } };
  }
}

/** The cause as one line, with what the process said last on stderr; a stack trace ends in lines that say nothing. */
export function causeText(cause: ExitCause, stderr: readonly string[]): string {
  const said = stderr.findLast((line) => /error|abort|terminat|fail|cannot|bad_alloc|memory/i.test(line)) ?? stderr.at(-1);
  return describe(cause.code, cause.args) + (said === undefined ? '' : `; it said: ${said}`);
}
