/** `assay ask`: a line is a request, and gets an answer. */
import { openCheckpoint } from '../../checkpoint/open';
import { isAddress, servedCheckpoint } from '../../config/endpoint-entry';
import type { LanguageModel } from '../../model/language-model';
import { deviceProfile } from '../../model/device-profile';
import { WholeAnswers } from '../../model/whole-answer';
import type { FeaturesRequest, GenerateRequest, ModelEvent, ScoreEvent, ScoreRequest } from '../../model/request';
import type { AskAnswer, AskedLine, AskedModel, AskOptions } from '../../protocol/ask';
import { AssayError } from '../../protocol/errors';
import type { ModelSource } from '../model-source';
import { modelWarnings } from '../model-warnings';
import type { ModelOpener } from '../models';
import { failedAnswer, featuresAnswer, generateAnswer, scoreAnswer } from './answer';
import { InOrder } from './in-order';
import { lineBlocks, type NumberedLine } from './line-blocks';
import { requestOf } from './request-line';

/** Answers every line. Throws AssayError where the model cannot be opened, and `cancelled`. */
export async function askModel(asked: AskedModel, lines: AsyncIterable<AskedLine>, options: AskOptions, openModel: ModelOpener): Promise<void> {
  const { signal, interactive, onAnswer, onWarning } = options;
  const source = await sourceOf(asked);
  const model = await openModel(source, { device: deviceProfile(asked.threads ?? null), ...(signal !== undefined && { signal }) });
  try {
    for (const warning of modelWarnings(source, model)) onWarning?.(warning);
    const order = new InOrder<AskAnswer>((answer) => {
      if (signal?.aborted !== true) onAnswer(answer);
    });
    const answering = new BlockAnswers(model, order, signal);
    // One block is computed and the next one waits, so the model is never idle and what waits is bounded.
    let [older, newer] = [Promise.resolve(), Promise.resolve()];
    for await (const block of lineBlocks(untilAborted(lines, signal), interactive ? undefined : null)) {
      await older;
      if (signal?.aborted === true) break;
      [older, newer] = [newer, answering.answer(block)];
    }
    await Promise.all([older, newer]);
    if (signal?.aborted === true) throw new AssayError('cancelled');
  } finally {
    await model.close();
  }
}

/** Who writes the lines may wait for ever; nobody waits for him after an abort. */
async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  // One listener for all items: a promise that is raced again and again would keep every one of them.
  let stop: () => void = () => undefined;
  signal?.addEventListener('abort', () => stop(), { once: true });
  const iterator = items[Symbol.asyncIterator]();
  while (signal?.aborted !== true) {
    const item = await new Promise<IteratorResult<T> | null>((resolve, reject) => {
      stop = () => resolve(null);
      iterator.next().then(resolve, reject);
    });
    if (item === null || item.done === true) return;
    yield item.value;
  }
}

async function sourceOf({ checkpoint, model, precision = 'fp32' }: AskedModel): Promise<ModelSource> {
  if (isAddress(checkpoint)) {
    if (precision === 'int8') throw new AssayError('int8-unsupported', { name: checkpoint });
    if (model === undefined) throw new AssayError('nothing-to-run', { detail: 'name the model that the server has with --model.' });
    return { ...servedCheckpoint(checkpoint, model), kind: 'endpoint', chat: false };
  }
  if (model !== undefined) throw new AssayError('nothing-to-run', { detail: '--model belongs to the address of a server, and --checkpoint names a folder.' });
  return { kind: 'checkpoint', checkpoint: await openCheckpoint(checkpoint), precision };
}

/** Answers a block of lines; what goes wrong with one line is its answer. */
class BlockAnswers {
  constructor(
    private readonly model: LanguageModel,
    private readonly order: InOrder<AskAnswer>,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Never rejects. */
  async answer(block: readonly NumberedLine[]): Promise<void> {
    const scores: ScoreRequest[] = [];
    const texts: GenerateRequest[] = [];
    const features: FeaturesRequest[] = [];
    for (const { index, line } of block) {
      try {
        if ('error' in line) throw AssayError.fromJSON(line.error);
        const request = requestOf(line.text, String(index));
        if (request.kind === 'features') features.push(request);
        else if (request.kind === 'generate_until') texts.push(request);
        else if (request.kind === 'classify') throw new AssayError('cannot-answer', { model: this.model.info.modelType, what: 'classify' });
        else scores.push(request);
      } catch (error) {
        this.order.put(index, failedAnswer(AssayError.from(error)));
      }
    }
    const { model, signal } = this;
    const asked = new Map(features.map((request) => [request.id, request]));
    await Promise.all([
      this.ask(scores, () => whole(model.score(scores, signal)), scoreAnswer),
      this.ask(texts, () => model.generate(texts, signal), generateAnswer),
      this.ask(features, () => model.features(features, signal), (response) => featuresAnswer(response, asked.get(response.id) as FeaturesRequest)),
    ]);
  }

  /** Where the model itself fails, every request that has no answer yet is answered by that. */
  private async ask<Response extends { readonly id: string }>(
    requests: readonly { readonly id: string }[],
    begin: () => AsyncIterable<ModelEvent<Response>>,
    answerOf: (response: Response) => AskAnswer,
  ): Promise<void> {
    if (requests.length === 0) return;
    const open = new Set(requests.map(({ id }) => id));
    const settle = (id: string, answer: AskAnswer): void => {
      if (open.delete(id)) this.order.put(Number(id), answer);
    };
    let failure = new AssayError('internal', { message: 'the model gave no answer' });
    try {
      for await (const event of begin()) {
        if (event.type === 'response') settle(event.response.id, answerOf(event.response));
        else if (event.type === 'failure') settle(event.failure.id, failedAnswer(event.failure));
      }
    } catch (error) {
      failure = AssayError.from(error);
    }
    for (const id of open) settle(id, failedAnswer(failure));
  }
}

/** Answers to long texts come in pieces. */
async function* whole(events: AsyncIterable<ScoreEvent>): AsyncGenerator<Exclude<ScoreEvent, { type: 'piece' }>> {
  const pieces = new WholeAnswers();
  for await (const event of events) {
    if (event.type === 'piece') pieces.add(event.piece);
    else yield event.type === 'response' ? { ...event, response: pieces.whole(event.response) } : event;
  }
}
