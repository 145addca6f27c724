/**
 * Loaded by VS Code as its `extensionTestsPath`, inside the extension host: runs functions that arrive over
 * loopback with the `vscode` API. `run` never settles, so the window stays as a person would have it.
 */
import { createServer } from 'node:http';
import * as vscode from 'vscode';
import { watchHost } from './host-watch';

type Action = (api: typeof vscode, argument: unknown) => unknown;

export function run(): Promise<never> {
  // The compiler of the tests wraps function names in this helper.
  Object.assign(globalThis, { __name: (value: unknown) => value, assayHost: watchHost() });
  return new Promise(() => {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => void answer(body).then((text) => response.end(text)));
    });
    const listen = (): unknown => server.listen(Number(process.env['ASSAY_TEST_BRIDGE']), '127.0.0.1');
    // After a reload of the window the host of the window before may still hold the port.
    server.on('error', () => setTimeout(listen, 100));
    listen();
  });
}

async function answer(body: string): Promise<string> {
  try {
    const { source, argument } = JSON.parse(body) as { source: string; argument: unknown };
    const action = (0, eval)(`(${source})`) as Action;
    return JSON.stringify({ value: await action(vscode, argument) });
  } catch (thrown) {
    return JSON.stringify({ error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) });
  }
}
