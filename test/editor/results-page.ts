/** The results page as a person sees it: its head, its table, its buttons. */
import type { FrameLocator, Locator } from 'playwright-core';

export class ResultsPage {
  constructor(private readonly frame: FrameLocator) {}

  /** With plain spaces: numbers are set with narrow and unbreakable ones. */
  get text(): Promise<string> {
    return plain(this.frame.locator('body').innerText());
  }

  button(name: string): Locator {
    return this.frame.locator('vscode-button, button').filter({ hasText: name, visible: true }).first();
  }

  /** `67.2 %` of a task and a checkpoint; empty while there is none. */
  async value(task: string, checkpoint: string): Promise<string> {
    const cell = await this.cell(task, checkpoint);
    return cell ? ((await plain(cell.innerText())).split(/\s*±/)[0]?.trim() ?? '') : '';
  }

  /** Everything the page says of a number on hover, its full precision first. */
  async exact(task: string, checkpoint: string): Promise<number> {
    const cell = await this.cell(task, checkpoint);
    const title = (await cell?.getAttribute('title')) ?? (await cell?.locator('[title]').first().getAttribute('title')) ?? '';
    return Number(title.split('\n')[0]);
  }

  /** From now on the page itself notes every text a cell shows: what a person can see does not depend on how busy a test is. */
  async watch(cell: Locator): Promise<void> {
    await cell.evaluate((element) => {
      const seen: string[] = [element.textContent];
      (element as unknown as { seen: string[] }).seen = seen;
      const view = element.ownerDocument.defaultView as unknown as { MutationObserver: new (changed: () => void) => { observe(at: unknown, what: object): void } };
      new view.MutationObserver(() => seen.push(element.textContent)).observe(element, { subtree: true, childList: true, characterData: true });
    });
  }

  /** Values a watched cell has shown, each once. */
  async seen(cell: Locator): Promise<string[]> {
    const texts: readonly string[] = await cell.evaluate((element) => (element as unknown as { seen: string[] }).seen);
    return [...new Set(texts.map((text) => /[\d.]+\s%/.exec(text)?.[0] ?? '').filter((value) => value !== ''))];
  }

  async cell(task: string, checkpoint: string): Promise<Locator | null> {
    const headers = await this.frame.getByRole('columnheader').allInnerTexts();
    const column = headers.findIndex((header) => header.trim().startsWith(checkpoint));
    const row = this.frame.getByRole('row').filter({ has: this.frame.locator('button', { hasText: new RegExp(`^${task}$`) }) });
    return column < 0 || (await row.count()) === 0 ? null : row.first().getByRole('gridcell').nth(column);
  }
}

async function plain(text: Promise<string>): Promise<string> {
  return (await text).replace(/[\u00a0\u2009\u202f]/g, ' ');
}
