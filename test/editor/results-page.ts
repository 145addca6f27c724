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
