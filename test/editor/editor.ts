/**
 * A real VS Code in headless Chromium on a copy of a workspace, with the extension loaded from this repository.
 * `api` runs a function inside the extension host; everything else is done as a person would, by labels and keys.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { chromium, type Browser, type FrameLocator, type Page } from 'playwright-core';
import type * as vscodeModule from 'vscode';
import { freePort, startCodeServer, type CodeServer } from './code-server';
import type { HostRecord } from './host-watch';
import { HeldModel } from './held-model';
import { installEditor } from './install';

export type VsCode = typeof vscodeModule;

export type EditorOptions = {
  /** Folder whose copy is opened; the default is the example workspace. null: an empty folder. */
  readonly workspace?: string | null;
  /** Changes the copy before it is opened. */
  readonly prepare?: (workspace: string) => void;
  /** Opened at start, relative to the workspace. */
  readonly openFile?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly trust?: boolean;
  /** Runs can be held in their middle (`model`). Without it the editor chooses its Node as it does for everybody. */
  readonly holdable?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
};

/** Long enough that only what never happens fails for want of time, on any machine. */
const patience = 300_000;

const repository = path.resolve(__dirname, '../..');
/** The extension under test: this repository after `npm run build`, or another folder that holds one. */
const extension = process.env['ASSAY_EXTENSION'] ?? repository;

export class Editor {
  private constructor(
    readonly page: Page,
    readonly workspace: string,
    /** Holds runs in their middle; nothing is held unless it is told to. */
    readonly model: HeldModel,
    private readonly browser: Browser,
    private readonly bridgePort: number,
    private readonly root: string,
    private readonly server: CodeServer,
    readonly log: () => string,
  ) {}

  static async open(options: EditorOptions = {}): Promise<Editor> {
    const installation = installEditor();
    const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'assay-editor-')));
    const workspace = path.join(root, 'workspace');
    if (options.workspace === null) mkdirSync(workspace);
    else cpSync(options.workspace ?? path.join(repository, 'examples'), workspace, { recursive: true, filter: (source) => !source.includes('.assay') });
    options.prepare?.(workspace);
    const model = new HeldModel(root);

    const server = await startCodeServer(installation, {
      data: path.join(root, 'data'),
      extensions: path.join(root, 'extensions'),
      settings: { 'editor.codeLens': true, 'workbench.colorTheme': 'Dark Modern', ...options.settings },
      machineSettings: options.holdable ? { 'assay.nodePath': model.node } : {},
      trust: options.trust ?? true,
      development: true,
    });
    const bridgePort = await freePort();
    const bridge = path.join(root, 'bridge.js');
    buildSync({ entryPoints: [path.join(__dirname, 'bridge.ts')], outfile: bridge, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'] });
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    let log = '';
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1500, height: 950 } });
    page.setDefaultTimeout(patience);
    page.setDefaultNavigationTimeout(patience);
    await page.addInitScript('globalThis.__name = (value) => value;');
    await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) => (log += `[${type}] ${values.map(String).join(' ')}\n`));
    await page.exposeFunction('codeAutomationExit', () => undefined);
    page.on('console', (message) => (log += `[console ${message.type()}] ${message.text()}\n`));

    const remote = (file: string): string => `vscode-remote://localhost:${server.port}${file}`;
    const payload: [string, string][] = [
      ['skipWelcome', 'true'],
      ['extensionDevelopmentPath', remote(extension)],
      ['extensionTestsPath', remote(bridge)],
      ['extensionEnvironment', JSON.stringify({ ASSAY_TEST_BRIDGE: String(bridgePort) })],
    ];
    if (options.openFile !== undefined) payload.push(['openFile', remote(path.join(workspace, options.openFile))]);
    await page.goto(`http://localhost:${server.port}/?folder=${workspace}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
    const editor = new Editor(page, workspace, model, browser, bridgePort, root, server, () => `${server.log()}\n${log}`);
    await editor.ready();
    // A first window sometimes draws before it has read its settings, and stays in the theme it is delivered with.
    await editor.setTheme('Light Modern');
    await editor.setTheme(String(options.settings?.['workbench.colorTheme'] ?? 'Dark Modern'));
    return editor;
  }

  /** Waits for the workbench and the extension host, at the start and after a reload of the window. */
  async ready(): Promise<void> {
    await this.page.waitForSelector('.monaco-workbench');
    await this.eventually('the extension host answers', async () => (await this.api(() => true)) === true);
  }

  /** Runs `action(vscode, argument)` in the extension host; both ways JSON. It sees nothing else of the test. */
  async api<Result, Argument = undefined>(action: (vscode: VsCode, argument: Argument) => Result | PromiseLike<Result>, argument?: Argument): Promise<Result> {
    const response = await fetch(`http://127.0.0.1:${this.bridgePort}`, { method: 'POST', body: JSON.stringify({ source: action.toString(), argument }) });
    const answer = (await response.json()) as { value?: Result; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value as Result;
  }

  /** What our code has done to the extension host since the last call. */
  async host(): Promise<HostRecord> {
    return this.api(() => {
      const { assayHost } = globalThis as unknown as { assayHost: HostRecord };
      const { busiest, longest, started, touched } = assayHost;
      Object.assign(assayHost, { busiest: 0, longest: 0 });
      return { busiest, longest, started: started.splice(0), touched: touched.splice(0) };
    });
  }

  /** As a person does in the editor that Restricted Mode offers. */
  async grantTrust(): Promise<void> {
    await this.api((vscode) => void vscode.commands.executeCommand('workbench.trust.manage'));
    await this.page.locator('.workspace-trust-editor').getByRole('button', { name: /^Trust$/ }).first().click();
    await this.ready();
    await this.eventually('trusted', async () => this.api((vscode) => vscode.workspace.isTrusted));
    await this.api((vscode) => vscode.commands.executeCommand('workbench.action.closeActiveEditor').then(() => undefined));
  }

  /** Polls until `condition` holds; what it threw last is part of the failure. Only for what stays true once it is. */
  async eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + patience;
    let last = '';
    while (Date.now() < end) {
      try {
        if (await condition()) return;
      } catch (error) {
        last = String(error);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error([`not within ${patience} ms: ${what}`, last, await this.seen(`failed-${what.slice(0, 40).replaceAll(/\W+/g, '-')}`)].filter(Boolean).join('\n'));
  }

  /** What a person would see where a wait has failed; a screenshot of that name beside it. */
  private async seen(name: string): Promise<string> {
    try {
      await this.screenshot(name);
      const [status, lenses, notifications] = [await this.status(), await this.lenses(), await this.notifications()];
      return `status bar: ${status}\nlenses: ${lenses.join(', ')}\nnotifications: ${notifications.join('; ')}\n${this.log().slice(-3_000)}`;
    } catch (error) {
      return `nothing could be seen: ${String(error)}`;
    }
  }

  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget:visible input');
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
  }

  async openFile(relative: string): Promise<void> {
    await this.api(async (vscode, file) => {
      await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
    }, path.join(this.workspace, relative));
  }

  /** Texts of the lenses on screen, top to bottom. */
  async lenses(): Promise<string[]> {
    const lines = await this.page.locator('.codelens-decoration').evaluateAll((elements) =>
      elements.map((element) => ({ top: element.getBoundingClientRect().top, texts: [...element.children].map((lens) => (lens as unknown as { innerText: string }).innerText) })),
    );
    // Lenses of one line are parted by bars.
    return lines.sort((a, b) => a.top - b.top).flatMap(({ texts }) => texts.filter((text) => /[^|\s]/.test(text)));
  }

  /** Made when the lenses have come to rest: a click right after they first appeared has been seen to do nothing, once in some 180. */
  async clickLens(title: string | RegExp): Promise<void> {
    let [before, rested] = ['', 0];
    await this.eventually('lenses at rest', async () => {
      const now = (await this.lenses()).join();
      rested = now === before ? rested + 1 : 0;
      before = now;
      return rested >= 10;
    });
    await this.page.locator('.codelens-decoration a', { hasText: title }).first().click();
  }

  /** Ids of the processes that run a bundle of the extension under test: `dist/model.js`. Each has a process group of its own. */
  processes(bundle: string): number[] {
    const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    const file = path.join(extension, bundle);
    return lines.flatMap((line) => {
      const [, pid, args] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      return args?.split(' ').includes(file) === true ? [Number(pid)] : [];
    });
  }

  /** Texts of the notifications, in their list: a window under test shows no toasts. */
  async notifications(): Promise<string[]> {
    await this.api((vscode) => vscode.commands.executeCommand('notifications.showList').then(() => undefined));
    return this.page.locator('.notification-list-item-message').allInnerTexts();
  }

  /** Document of the webview whose page holds the results; `place` tells the sidebar from the tab. */
  results(place: 'sidebar' | 'tab' = 'sidebar'): FrameLocator {
    const frames = this.page.locator('iframe.webview.ready');
    return (place === 'sidebar' ? frames.first() : frames.last()).contentFrame().locator('#active-frame').contentFrame();
  }

  async showSidebar(): Promise<void> {
    await this.api((vscode) => vscode.commands.executeCommand('assay.results.focus').then(() => undefined));
  }

  /** Text of our items in the status bar. */
  async status(): Promise<string> {
    const texts = await this.page.locator('.statusbar-item[id*="assay" i]').allInnerTexts();
    return texts.join(' | ').replace(/\s+/g, ' ').trim();
  }

  async diagnostics(relative: string): Promise<{ code: string; message: string; severity: number; text: string; line: number }[]> {
    return this.api(async (vscode, file) => {
      const uri = vscode.Uri.file(file);
      const document = await vscode.workspace.openTextDocument(uri);
      return vscode.languages
        .getDiagnostics(uri)
        .filter((diagnostic) => diagnostic.source === 'assay')
        .map((diagnostic) => ({
          code: String(typeof diagnostic.code === 'object' ? diagnostic.code.value : diagnostic.code),
          message: diagnostic.message,
          severity: diagnostic.severity,
          text: document.getText(diagnostic.range),
          line: diagnostic.range.start.line,
        }));
    }, path.join(this.workspace, relative));
  }

  async screenshot(name: string): Promise<void> {
    const folder = path.join(__dirname, 'screenshots');
    mkdirSync(folder, { recursive: true });
    await this.page.waitForTimeout(1_000);
    await this.page.screenshot({ path: path.join(folder, `${name}.png`) });
  }

  async setTheme(theme: string): Promise<void> {
    await this.api((vscode, name) => vscode.workspace.getConfiguration().update('workbench.colorTheme', name, vscode.ConfigurationTarget.Global).then(() => undefined), theme);
    const attribute = this.page.locator('.monaco-workbench');
    const expected = theme.includes('High Contrast') ? /hc-black/ : theme.includes('Light') ? /\bvs\b/ : /vs-dark/;
    await this.eventually(theme, async () => expected.test((await attribute.getAttribute('class')) ?? ''));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}
