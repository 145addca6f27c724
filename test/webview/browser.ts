/** The built page in a real browser, under the policy the editor gives it, with a stand-in for the editor's side. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import type { FromPanel, ToPanel } from '../../src/protocol/panel';
import type { Theme } from './themes';

/** Only what never happens fails for want of time, on any machine. */
const PATIENCE = 300_000;
const NONCE = 'bm9uY2UtZm9yLXRlc3Rz';

export type PanelPage = {
  readonly page: Page;
  /** Content-security-policy violations, as `directive`. */
  readonly violations: string[];
  readonly errors: string[];
  send(message: ToPanel): Promise<void>;
  /** Resolves when the page has drawn everything it was sent. */
  settled(): Promise<void>;
  received(): Promise<readonly FromPanel[]>;
  paint(theme: Theme): Promise<void>;
};

export class PanelBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly server: Server,
  ) {}

  /** `dist` holds webview.js and webview.css. */
  static async open(dist: string): Promise<PanelBrowser> {
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      const { port } = server.address() as AddressInfo;
      if (path === '/') {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(shell(`http://localhost:${port}`));
      } else if (path === '/webview.js' || path === '/webview.css') {
        response.setHeader('content-type', path.endsWith('.js') ? 'text/javascript' : 'text/css');
        response.end(readFileSync(join(dist, path)));
      } else {
        response.statusCode = 404;
        response.end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    return new PanelBrowser(browser, server);
  }

  async show(width: number, theme: Theme, height = 900): Promise<PanelPage> {
    const page = await this.browser.newPage({ viewport: { width, height } });
    page.setDefaultTimeout(PATIENCE);
    const violations: string[] = [];
    const errors: string[] = [];
    await page.exposeFunction('reportViolation', (directive: string) => void violations.push(directive));
    page.on('pageerror', (error) => errors.push(error.message));
    await page.addInitScript("document.addEventListener('securitypolicyviolation', (event) => void reportViolation(event.effectiveDirective));");
    await page.goto(`http://localhost:${(this.server.address() as AddressInfo).port}/`);
    const paint = (to: Theme) => page.evaluate<void>(painting(to));
    await paint(theme);
    return {
      page,
      violations,
      errors,
      paint,
      send: (message) => page.evaluate<void>(`window.postMessage(${JSON.stringify(message)}, '*')`),
      settled: () => page.evaluate<void>(SETTLED),
      received: () => page.evaluate<FromPanel[]>('sentToEditor'),
    };
  }

  async close(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/**
 * Messages arrive in order, and the page draws at the latest a tenth of a second after the last one: a timer set after that one's
 * arrival fires after the page's own. Sizes are observed in the frames that follow.
 */
const SETTLED = `new Promise((resolve) => {
  const frame = () => new Promise(requestAnimationFrame);
  const onMessage = ({ data }) => {
    if (data.type !== 'test: are you there?') return;
    removeEventListener('message', onMessage);
    setTimeout(() => frame().then(frame).then(frame).then(() => setTimeout(resolve)), 101);
  };
  addEventListener('message', onMessage);
  postMessage({ type: 'test: are you there?' }, '*');
})`;

/** Scripts for the browser are text: the tests are compiled without the DOM's types. */
function painting({ bodyClass, variables }: Theme): string {
  return `{
    const variables = ${JSON.stringify(variables)};
    document.body.className = ${JSON.stringify(bodyClass)};
    for (const name in variables) document.documentElement.style.setProperty(name, variables[name]);
    document.body.style.backgroundColor = variables['--vscode-editor-background'];
  }`;
}

function shell(origin: string): string {
  const policy = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src ${origin} 'nonce-${NONCE}'; font-src ${origin}; img-src ${origin} data:`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${NONCE}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${origin}/webview.css"></head><body><div id="app"></div>
<script nonce="${NONCE}">
  window.sentToEditor = [];
  window.keptState = undefined;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.sentToEditor.push(message),
    getState: () => window.keptState,
    setState: (state) => { window.keptState = state; },
  });
</script>
<script nonce="${NONCE}" src="${origin}/webview.js"></script></body></html>`;
}
