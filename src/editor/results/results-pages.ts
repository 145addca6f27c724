import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { FromPanel } from '../../protocol/panel';
import { pageShell } from './page-shell';
import type { Page, PageRequest, ResultsFeed } from './results-feed';

export const panelType = 'assay.resultsPanel';

/** The results page in its two places, the sidebar view and an editor tab, both fed by the same feed. */
export class ResultsPages implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | null = null;
  private view: vscode.WebviewView | null = null;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly feed: ResultsFeed,
    private readonly request: (message: PageRequest) => Promise<void>,
    /** A page is about to be shown: the moment to read an earlier evaluation back. */
    private readonly opening: () => void,
  ) {}

  get isVisible(): boolean {
    return (this.view?.visible ?? false) || (this.panel?.visible ?? false);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    view.onDidDispose(() => (this.view = null));
    this.fill(view.webview, view.onDidDispose, (hidden) => view.onDidChangeVisibility(() => !view.visible && hidden()));
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Thenable<void> {
    this.adopt(panel);
    return Promise.resolve();
  }

  /** Brings the results on screen where they are not, and leaves the focus where it is. */
  reveal(): void {
    if (!this.isVisible) void vscode.commands.executeCommand('assay.results.focus', { preserveFocus: true });
  }

  openPanel(): void {
    if (this.panel) {
      this.panel.reveal();
      return;
    }
    this.adopt(vscode.window.createWebviewPanel(panelType, vscode.l10n.t('Results'), vscode.ViewColumn.Active));
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media/icon.png');
    panel.onDidDispose(() => (this.panel = null));
    this.fill(panel.webview, panel.onDidDispose, (hidden) => panel.onDidChangeViewState(() => !panel.visible && hidden()));
  }

  private fill(webview: vscode.Webview, onDidDispose: vscode.Event<void>, onHidden: (hidden: () => void) => void): void {
    this.opening();
    // Set on every adoption: a restored tab may come from another version's folder.
    webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.extension, 'dist')] };
    const page: Page = { post: (message) => void webview.postMessage(message) };
    webview.onDidReceiveMessage((message: FromPanel) => this.feed.receive(page, message, (request) => void this.request(request)));
    onHidden(() => this.feed.detach(page));
    onDidDispose(() => this.feed.detach(page));
    const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(this.extension, 'dist', name)).toString();
    webview.html = pageShell({
      script: file('webview.js'),
      style: file('webview.css'),
      source: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      locale: vscode.env.language,
    });
  }
}
