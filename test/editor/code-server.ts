/** Starts code-server on a fresh user-data folder and waits until it listens. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Installation } from './install';

export type CodeServer = {
  readonly port: number;
  /** Process group of the server, its extension hosts and what they start. */
  readonly group: number;
  /** Everything the server printed. */
  log(): string;
  stop(): Promise<void>;
};

export type CodeServerOptions = {
  /** Folder for user data; settings are written there. */
  readonly data: string;
  readonly extensions: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of the machine the extension runs on: only there are settings of that scope heard. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** false: the workspace opens in restricted mode. */
  readonly trust: boolean;
  /** Loads an extension from its development folder (the `payload` of the address). */
  readonly development: boolean;
};

/** Keeps a new window free of welcome pages, updates and sign-in. */
export const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.welcomePage.experimentalOnboarding': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'telemetry.telemetryLevel': 'off',
};

export async function startCodeServer(installation: Installation, options: CodeServerOptions): Promise<CodeServer> {
  const { data, extensions } = options;
  const port = await freePort();
  mkdirSync(path.join(data, 'User'), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  writeFileSync(path.join(data, 'config.yaml'), 'auth: none\n');
  writeFileSync(path.join(data, 'User/settings.json'), JSON.stringify({ ...quietSettings, ...options.settings }));
  mkdirSync(path.join(data, 'Machine'), { recursive: true });
  writeFileSync(path.join(data, 'Machine/settings.json'), JSON.stringify(options.machineSettings ?? {}));
  const args = [
    installation.entry,
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
    ...['--user-data-dir', data, '--extensions-dir', extensions, '--config', path.join(data, 'config.yaml')],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(options.trust ? ['--disable-workspace-trust'] : []),
    // Without it this build ignores extensionDevelopmentPath and extensionTestsPath.
    ...(options.development ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  // A shell inside another VS Code sets VSCODE_IPC_HOOK_CLI, and the server would hand over to it.
  const child = spawn(installation.node, args, { env: { ...process.env, VSCODE_IPC_HOOK_CLI: '' }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let log = '';
  child.stdout.on('data', (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Its process group is gone already.
    }
  };
  for (let waited = 0; !log.includes('HTTP server listening'); waited += 100) {
    if (child.exitCode !== null || waited > 300_000) {
      kill('SIGKILL');
      throw new Error(`code-server did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    port,
    group: child.pid ?? 0,
    log: () => log,
    stop: async () => {
      kill('SIGTERM');
      const killer = setTimeout(() => kill('SIGKILL'), 3_000);
      await exited;
      clearTimeout(killer);
      // Whatever of its group outlived it.
      kill('SIGKILL');
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
