/**
 * The parts of the `vscode` API that the editor's classes use, without an editor. Import it before what imports `vscode`.
 * What a test wants to see or to answer is in `fake`.
 */
import Module from 'node:module';

type Listener<T> = (value: T) => void;

class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  readonly event = (listener: Listener<T>): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

class Position {
  constructor(readonly line: number, readonly character: number) {}
}

class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(...places: [number, number, number, number] | [Position, Position]) {
    if (places.length === 2) [this.start, this.end] = places;
    else [this.start, this.end] = [new Position(places[0], places[1]), new Position(places[2], places[3])];
  }
  intersection(other: Range): Range | undefined {
    const [a, b] = [this.start, other.start].sort(before);
    const [c] = [this.end, other.end].sort(before);
    return a && b && c && before(b, c) <= 0 ? new Range(b, c) : undefined;
  }
}

function before(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}

export class FakeUri {
  private constructor(readonly scheme: string, readonly path: string) {}
  static file(file: string): FakeUri {
    return new FakeUri('file', file);
  }
  static joinPath(base: FakeUri, ...names: string[]): FakeUri {
    return new FakeUri(base.scheme, [base.path, ...names].join('/'));
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

/** A document as an editor holds it; `type` replaces its text. */
export class FakeDocument {
  readonly languageId = 'yaml';
  readonly uri: FakeUri;
  version = 1;
  isClosed = false;
  isDirty = false;
  constructor(file: string, private text: string) {
    this.uri = FakeUri.file(file);
  }
  type(text: string): void {
    this.text = text;
    this.version++;
  }
  getText(range?: Range): string {
    return range === undefined ? this.text : this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end));
  }
  positionAt(offset: number): Position {
    const lines = this.text.slice(0, offset).split('\n');
    return new Position(lines.length - 1, lines.at(-1)?.length ?? 0);
  }
  offsetAt({ line, character }: Position): number {
    return this.text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;
  }
  getWordRangeAtPosition({ line, character }: Position, word: RegExp): Range | undefined {
    const found = [...(this.text.split('\n')[line] ?? '').matchAll(new RegExp(word, 'g'))].find((match) => match.index <= character && character <= match.index + match[0].length);
    return found && new Range(line, found.index, line, found.index + found[0].length);
  }
  lineAt(line: number): { range: Range } {
    return { range: new Range(line, 0, line, this.text.split('\n')[line]?.length ?? 0) };
  }
}

type Shown = { readonly severity: 'information' | 'warning' | 'error'; readonly message: string; readonly items: readonly string[] };
type FakeDiagnostic = { readonly range: Range; readonly message: string; readonly severity: number; code?: string };

const trustGranted = new EventEmitter<void>();

export const fake = {
  messages: [] as Shown[],
  /** Answers a notification: the button that is pressed. */
  answer: (_shown: Shown): string | undefined => undefined,
  documents: [] as FakeDocument[],
  diagnostics: new Map<string, readonly FakeDiagnostic[]>(),
  commands: [] as [name: string, ...args: unknown[]][],
  settings: new Map<string, unknown>(),
  isTrusted: true,
  /** What lies in a folder: names with the bits of FileType. A folder that is not there cannot be read. */
  folders: new Map<string, readonly (readonly [string, number])[]>(),
  grantTrust(): void {
    fake.isTrusted = true;
    trustGranted.fire();
  },
};

function show(severity: Shown['severity']): (message: string, ...items: unknown[]) => Promise<string | undefined> {
  return (message, ...items) => {
    const shown = { severity, message, items: items.filter((item) => typeof item === 'string') };
    fake.messages.push(shown);
    return Promise.resolve(fake.answer(shown));
  };
}

class StatusBarItem {
  text = '';
  tooltip: unknown = '';
  command: unknown;
  name = '';
  visible = false;
  backgroundColor: unknown;
  accessibilityInformation: unknown;
  constructor(readonly id: string) {
    fakeStatusBar.set(id, this);
  }
  show(): void {
    this.visible = true;
  }
  hide(): void {
    this.visible = false;
  }
  dispose(): void {
    fakeStatusBar.delete(this.id);
  }
}

export const fakeStatusBar = new Map<string, StatusBarItem>();

const api = {
  EventEmitter,
  Position,
  Range,
  Uri: FakeUri,
  CodeLens: class {
    constructor(readonly range: Range, readonly command: unknown) {}
  },
  Diagnostic: class {
    source = '';
    code = '';
    constructor(readonly range: Range, readonly message: string, readonly severity: number) {}
  },
  CompletionItem: class {
    constructor(readonly label: string, readonly kind: number) {}
  },
  CompletionItemKind: { Module: 8, Value: 11 },
  Hover: class {
    constructor(readonly contents: readonly unknown[], readonly range: Range) {}
  },
  MarkdownString: class {
    value = '';
    appendText(text: string): this {
      // As VS Code escapes what markdown would read.
      this.value += text.replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&');
      return this;
    }
  },
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2 },
  ThemeColor: class {
    constructor(readonly id: string) {}
  },
  ThemeIcon: class {
    constructor(readonly id: string) {}
  },
  TreeItem: class {
    constructor(readonly label: string, readonly collapsibleState = 0) {}
  },
  TreeItemCollapsibleState: { None: 0, Collapsed: 1, Expanded: 2 },
  StatusBarAlignment: { Left: 1, Right: 2 },
  ConfigurationTarget: { Global: 1 },
  FileType: { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 },
  ViewColumn: { One: 1, Active: -1 },
  l10n: {
    t: (text: string, ...args: unknown[]): string => {
      const values = typeof args[0] === 'object' && args[0] !== null ? (args[0] as Record<string, unknown>) : args;
      return text.replace(/\{(\w+)\}/g, (whole, name: string) => String((values as Record<string, unknown>)[name] ?? whole));
    },
  },
  env: { language: 'en' },
  window: {
    showInformationMessage: show('information'),
    showWarningMessage: show('warning'),
    showErrorMessage: show('error'),
    createStatusBarItem: (id: string) => new StatusBarItem(id),
  },
  workspace: {
    get isTrusted(): boolean {
      return fake.isTrusted;
    },
    onDidGrantWorkspaceTrust: trustGranted.event,
    get textDocuments(): readonly FakeDocument[] {
      return fake.documents;
    },
    fs: {
      readDirectory: ({ path }: FakeUri) => {
        const entries = fake.folders.get(path);
        return entries === undefined ? Promise.reject(new Error('no such folder')) : Promise.resolve(entries);
      },
    },
    workspaceFolders: [{ uri: FakeUri.file('/w'), name: 'w', index: 0 }],
    getWorkspaceFolder: () => undefined,
    asRelativePath: (file: string | FakeUri) => String(typeof file === 'string' ? file : file.path).replace(/^\/w\//, ''),
    getConfiguration: () => ({ get: (name: string) => fake.settings.get(name), update: (name: string, value: unknown) => Promise.resolve(void fake.settings.set(name, value)) }),
  },
  languages: {
    createDiagnosticCollection: () => ({
      set: (uri: FakeUri, diagnostics: readonly FakeDiagnostic[]) => void fake.diagnostics.set(uri.path, diagnostics),
      delete: (uri: FakeUri) => void fake.diagnostics.delete(uri.path),
      dispose: () => fake.diagnostics.clear(),
    }),
  },
  commands: {
    executeCommand: (...call: [string, ...unknown[]]) => {
      fake.commands.push(call);
      return Promise.resolve();
    },
  },
};

type Loader = { _load(request: string, ...rest: unknown[]): unknown };
const loader = Module as unknown as Loader;
const load = loader._load.bind(Module);
loader._load = (request, ...rest) => (request === 'vscode' ? api : load(request, ...rest));
