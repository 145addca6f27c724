import * as vscode from 'vscode';
import { kindOf } from '../../config/config-kind';
import type { ListedTask, TaskName } from '../../protocol/inspection';
import type { Inspection } from '../inspection';
import { shownText } from '../shown-text';
import type { ParsedConfigs } from './parsed-configs';

/** Where a config names a task: an entry of `tasks:`, or its key `task`; and where a group names its members. */
const IN_CONFIG = /^tasks(\[\d+\](\.task)?)?$/;
const IN_GROUP = /^task(\[\d+\](\.task)?)?$/;
const NAME = /[\w.:*?-]+/;
/** What YAML reads as the text it is. */
const PLAIN = /^[A-Za-z_][\w.-]*$/;
/** Members that a hover names. */
const MOST_MEMBERS = 12;

/** Completes the names of tasks, groups and tags, built in and found, and says what they are. */
export class TaskNames implements vscode.CompletionItemProvider, vscode.HoverProvider {
  constructor(
    private readonly inspection: Pick<Inspection, 'taskNames' | 'task'>,
    private readonly parsed: ParsedConfigs,
  ) {}

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
    const text = document.getText();
    const offset = document.offsetAt(position);
    // With a letter where the cursor is: an entry that is still empty stands nowhere.
    const includePath = this.namesAt(document, `${text.slice(0, offset)}x${text.slice(offset)}`, offset, '#completed');
    if (includePath === null) return [];
    const range = document.getWordRangeAtPosition(position, NAME);
    return (await this.inspection.taskNames(includePath)).map((task) => completion(task, range));
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | null> {
    const includePath = this.namesAt(document, document.getText(), document.offsetAt(position));
    const range = includePath === null ? undefined : document.getWordRangeAtPosition(position, NAME);
    if (includePath === null || range === undefined) return null;
    const task = await this.inspection.task(document.getText(range), includePath);
    return task === null ? null : new vscode.Hover(linesOf(task).map(asWritten), range);
  }

  /** The include path, where a name stands or may stand; else null. `mark`: a text of its own beside the document's. */
  private namesAt({ uri: { fsPath } }: vscode.TextDocument, text: string, offset: number, mark = ''): readonly string[] | null {
    const { source, config } = this.parsed.read(fsPath + mark, text);
    const kind = kindOf(source.root, fsPath);
    const spot = source.nodeAt(offset);
    if (spot?.part !== 'value') return null;
    return (kind === 'eval' && IN_CONFIG.test(spot.path)) || (kind === 'group' && IN_GROUP.test(spot.path)) ? config.includePath : null;
  }
}

function completion({ name, kind, builtIn, description }: TaskName, range: vscode.Range | undefined): vscode.CompletionItem {
  const item = new vscode.CompletionItem(shownText(name), kind === 'task' ? vscode.CompletionItemKind.Value : vscode.CompletionItemKind.Module);
  item.insertText = PLAIN.test(name) ? name : JSON.stringify(name);
  item.detail = builtIn ? vscode.l10n.t('{0}, comes with Assay', kindName(kind)) : kindName(kind);
  if (description !== null) item.documentation = shownText(description);
  if (range !== undefined) item.range = range;
  return item;
}

function kindName(kind: TaskName['kind']): string {
  if (kind === 'group') return vscode.l10n.t('group of tasks');
  return kind === 'tag' ? vscode.l10n.t('tag of tasks') : vscode.l10n.t('task');
}

function linesOf({ name, kind, description, outputType, metrics, dataset, licence, source, members, builtIn }: ListedTask): string[] {
  const several = members !== null && members.length > MOST_MEMBERS ? `${members.slice(0, MOST_MEMBERS).join(', ')} … (${members.length})` : members?.join(', ');
  return [
    `${name}: ${builtIn ? vscode.l10n.t('{0}, comes with Assay', kindName(kind)) : kindName(kind)}`,
    description,
    several && vscode.l10n.t('Members: {0}', several),
    outputType === null ? null : `${outputType}: ${metrics.join(', ')}`,
    dataset === null ? null : vscode.l10n.t('Data: {0}', dataset),
    licence === null ? null : vscode.l10n.t('Licence of the data: {0}', licence),
    source,
  ].filter((line) => typeof line === 'string' && line !== '') as string[];
}

/** Text from files is no markdown. */
function asWritten(line: string): vscode.MarkdownString {
  return new vscode.MarkdownString().appendText(shownText(line));
}
