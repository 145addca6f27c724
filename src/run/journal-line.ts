/** Lines of journal.jsonl as JSON: answers, pieces of answers to long texts, and with a document's last answer what numbers need of it. */
import type { MetricValue } from '../metrics/score';
import { drawSeed, generationOptions } from '../model/generation-options';
import type { FeaturesResponse, GenerateRequest, GenerateResponse, ModelRequest, ModelResponse, ScorePiece, ScoreResponse } from '../model/request';
import type { AnsweredDocument } from './answered-document';

/** JSON has no NaN and no infinity, and a diverged checkpoint gives both. */
type StoredNumber = number | 'NaN' | 'Infinity' | '-Infinity';

type StoredValue =
  | StoredNumber
  | { readonly gold: number | readonly number[]; readonly prediction: number }
  | { readonly gold: number | readonly number[]; readonly probabilities: readonly StoredNumber[] }
  | { readonly logLikelihood: StoredNumber; readonly weight: StoredNumber }
  | { readonly counts: readonly StoredNumber[] };

type StoredDocument = Omit<AnsweredDocument, 'index' | 'values'> & { readonly values: readonly StoredValue[] };

/** A request that is answered; the last one of its document brings `document`. */
export type AnswerLine = (ScoreLine | GenerationLine) & { readonly document?: StoredDocument };

/** `greedy`: 0 and 1, one a scored token. */
type ScoreLine = {
  readonly key: string;
  readonly kind: ScoreResponse['kind'];
  readonly ids: readonly number[];
  readonly logprobs: readonly StoredNumber[];
  readonly greedy: string;
  readonly truncated: number;
};

/** `seed`: of a text that was drawn at random; asked again with it, it is the same text. */
type GenerationLine = {
  readonly key: string;
  readonly kind: 'generate_until';
  readonly text: string;
  readonly ids: readonly number[];
  readonly finish: GenerateResponse['finishReason'];
  readonly truncated: number;
  readonly seed?: number;
};

/** Scored tokens of a long text, in order; `key` is the request's with the place of the first, `task/0/0/0@4096`. */
export type PieceLine = { readonly key: string; readonly kind: 'piece'; readonly ids: readonly number[]; readonly logprobs: readonly StoredNumber[]; readonly greedy: string; readonly text?: string };

/**
 * A line in parts, which are written one behind the other: put together they would be a text more for each document.
 * `request`: what was asked. Throws TypeError for features, which no task asks for.
 */
export function answerLine(response: ModelResponse, request: ModelRequest | undefined, document: AnsweredDocument | null): readonly string[] {
  const opened = openedText(response, request);
  return document === null ? [`${opened}}\n`] : [`${opened},"document":${documentText(document)}`, ...samplesText(document), ']}}\n'];
}

/** By hand: the same text as of the whole object, in half the time. As JSON, without the closing brace. */
function scoreText({ id, kind, tokenIds, tokenLogprobs, tokenGreedy, truncated }: ScoreResponse): string {
  return `{"key":${JSON.stringify(id)},"kind":"${kind}","ids":[${tokenIds.join(',')}],"logprobs":[${numbersText(tokenLogprobs)}],"greedy":"${flags(tokenGreedy)}","truncated":${truncated}`;
}

/** Without its samples, which come last. */
function documentText({ hash, values, tokens, characters, lacksGold, notANumber, summary }: AnsweredDocument): string {
  const rest = `"tokens":${tokens},"characters":${characters},"lacksGold":${lacksGold},"notANumber":${notANumber},"summary":${JSON.stringify(summary)}`;
  return `{"hash":"${hash}","values":[${values.map(valueText).join(',')}],${rest},"samples":[`;
}

function samplesText({ samples }: AnsweredDocument): string[] {
  return samples.map((line, index) => (index === 0 ? JSON.stringify(line) : `,${JSON.stringify(line)}`));
}

const valueText = (value: MetricValue): string => (value.kind === 'number' && Number.isFinite(value.value) ? String(value.value) : JSON.stringify(storedValue(value)));

function numbersText(values: readonly number[]): string {
  let text = '';
  for (const value of values) text += `${text === '' ? '' : ','}${Number.isFinite(value) ? value : JSON.stringify(storedNumber(value))}`;
  return text;
}

/** An answer as JSON, without the closing brace. */
function openedText(response: ModelResponse, request: ModelRequest | undefined): string {
  switch (response.kind) {
    case 'loglikelihood':
    case 'loglikelihood_rolling':
      return scoreText(response);
    case 'generate_until':
      return JSON.stringify(generationLine(response, request)).slice(0, -1);
    case 'features':
      return notForJournals(response);
  }
}

function generationLine({ id, kind, text, tokenIds, finishReason, truncated }: GenerateResponse, request: ModelRequest | undefined): GenerationLine {
  const seed = request?.kind === 'generate_until' ? seedOf(request) : null;
  return { key: id, kind, text, ids: tokenIds, finish: finishReason, truncated, ...(seed !== null && { seed }) };
}

/** null where nothing is drawn. */
function seedOf(request: GenerateRequest): number | null {
  const { sampling } = generationOptions(request.kwargs);
  return sampling.kind === 'greedy' ? null : drawSeed(sampling, request);
}

function notForJournals({ id }: FeaturesResponse): never {
  throw new TypeError(`${id}: features are no answer to a task`);
}

export function pieceLine({ id, from, tokenIds, tokenLogprobs, tokenGreedy, text }: ScorePiece, keepsText: boolean): string {
  const line: PieceLine = { key: `${id}@${from}`, kind: 'piece', ids: tokenIds, logprobs: storedNumbers(tokenLogprobs), greedy: flags(tokenGreedy), ...(keepsText && { text }) };
  return `${JSON.stringify(line)}\n`;
}

/** What a line says; null where it is not what this program writes. */
export type JournalEntry =
  | { readonly kind: 'answer'; readonly key: RequestKey; readonly document: AnsweredDocument | null }
  | { readonly kind: 'piece'; readonly key: RequestKey; readonly piece: ScorePiece };

export function parseEntry(text: string): JournalEntry | null {
  const line = parse(text);
  if (!isAnswer(line)) return null;
  if (line.kind === 'piece') {
    const [, id = '', from] = /^(.*)@(\d+)$/s.exec(line.key) ?? [];
    const key = parseKey(id);
    if (key === null) return null;
    const piece = { id, from: Number(from), tokenIds: line.ids, tokenLogprobs: line.logprobs.map(Number), tokenGreedy: [...line.greedy].map((flag) => flag === '1'), text: typeof line.text === 'string' ? line.text : '' };
    return { kind: 'piece', key, piece };
  }
  const key = parseKey(line.key);
  if (key === null) return null;
  if (line.document === undefined) return { kind: 'answer', key, document: null };
  const document = readDocument(key.document, line.document);
  return document === null ? null : { kind: 'answer', key, document };
}

/** The parts of `<task>/<doc>/<request>/<repeat>`; a task's name may hold slashes. */
export type RequestKey = { readonly id: string; readonly task: string; readonly document: number };

export function parseKey(id: string): RequestKey | null {
  const [, task, document] = /^(.*)\/(\d+)\/\d+\/\d+$/s.exec(id) ?? [];
  return task === undefined ? null : { id, task, document: Number(document) };
}

function storedNumber(value: number): StoredNumber {
  return Number.isFinite(value) ? value : (String(value) as StoredNumber);
}

function storedNumbers(values: readonly number[]): readonly StoredNumber[] {
  return values.every(Number.isFinite) ? values : values.map(storedNumber);
}

function flags(greedy: readonly boolean[]): string {
  let text = '';
  for (const flag of greedy) text += flag ? '1' : '0';
  return text;
}

function storedValue(value: MetricValue): StoredValue {
  switch (value.kind) {
    case 'number':
      return storedNumber(value.value);
    case 'pair':
      return { gold: value.gold, prediction: value.prediction };
    case 'probabilities':
      return { gold: value.gold, probabilities: storedNumbers(value.probabilities) };
    case 'weighted':
      return { logLikelihood: storedNumber(value.logLikelihood), weight: storedNumber(value.weight) };
    case 'counts':
      return { counts: storedNumbers(value.counts) };
  }
}

const NOT_FINITE: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);
const isNumber = (value: unknown): value is StoredNumber => typeof value === 'number' || NOT_FINITE.has(value);
const isGold = (value: unknown): value is number | number[] => (Array.isArray(value) ? value.every((item) => typeof item === 'number') : typeof value === 'number');

function readValue(value: unknown): MetricValue | null {
  if (isNumber(value)) return { kind: 'number', value: Number(value) };
  if (typeof value !== 'object' || value === null) return null;
  const { gold, prediction, probabilities, logLikelihood, weight, counts } = value as Readonly<Record<string, unknown>>;
  if (isNumber(logLikelihood) && isNumber(weight)) return { kind: 'weighted', logLikelihood: Number(logLikelihood), weight: Number(weight) };
  if (Array.isArray(counts)) return counts.every(isNumber) ? { kind: 'counts', counts: counts.map(Number) } : null;
  if (!isGold(gold)) return null;
  if (typeof prediction === 'number') return { kind: 'pair', gold, prediction };
  return Array.isArray(probabilities) && probabilities.every(isNumber) ? { kind: 'probabilities', gold, probabilities: probabilities.map(Number) } : null;
}

function readDocument(index: number, stored: StoredDocument): AnsweredDocument | null {
  const { hash, values, tokens, characters, lacksGold, notANumber, summary, samples } = stored;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash) || !Array.isArray(values) || typeof tokens !== 'number' || typeof characters !== 'number') return null;
  const read = values.map(readValue);
  if (!Array.isArray(samples) || !samples.every((line) => typeof line === 'string') || !isSummary(summary)) return null;
  if (!read.every((value) => value !== null)) return null;
  return { index, hash, values: read, tokens, characters, lacksGold: lacksGold === true, notANumber: notANumber === true, summary, samples };
}

function isSummary(summary: AnsweredDocument['summary']): boolean {
  if (summary === null) return true;
  if (typeof summary !== 'object') return false;
  const { text, target, answer, filtered, probability } = summary;
  return [text, target, answer, filtered ?? ''].every((part) => typeof part === 'string') && (probability === null || typeof probability === 'number');
}

function isAnswer(value: unknown): value is AnswerLine | PieceLine {
  if (typeof value !== 'object' || value === null) return false;
  const { key, kind, ids, document } = value as { readonly [name in 'key' | 'kind' | 'ids' | 'document']?: unknown };
  if (typeof key !== 'string' || !Array.isArray(ids) || !ids.every(Number.isInteger)) return false;
  if (document !== undefined && (typeof document !== 'object' || document === null)) return false;
  switch (kind) {
    case 'loglikelihood':
    case 'loglikelihood_rolling':
    case 'piece':
      return isScored(value, ids.length);
    case 'generate_until':
      return isGenerated(value);
    default:
      return false;
  }
}

function isScored(value: Partial<ScoreLine>, tokens: number): boolean {
  const { logprobs, greedy } = value;
  if (!Array.isArray(logprobs) || typeof greedy !== 'string' || tokens !== logprobs.length || greedy.length !== logprobs.length) return false;
  return /^[01]*$/.test(greedy) && logprobs.every(isNumber);
}

function isGenerated({ text, finish }: Partial<GenerationLine>): boolean {
  return typeof text === 'string' && (finish === 'stop' || finish === 'length' || finish === 'eos');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
