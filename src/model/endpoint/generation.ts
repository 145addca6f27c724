/** Texts that go on, by completions or chat completions, as lm-evaluation-harness 0.4.13 asks for them. */
import { drawSeed, generationOptions, type GenerationOptions } from '../generation-options';
import type { GenerateRequest, GenerateResponse, RequestFailure } from '../request';
import { isRecord, onlyChoice, usedTokens } from './answer';
import { failure } from '../request-failure';
import { cutAtStops } from '../stop-strings';
import type { Asking } from './asking';
import { conversationOf } from './conversation';
import type { Tokens } from './tokens';

/** OpenAI takes no more; the others are looked for here. */
const MOST_STOPS = 4;

export type Generation = {
  /** Contexts are conversations in JSON, to be rendered by the server. */
  readonly chat: boolean;
  /** null: the server's own, which nobody can count beforehand. */
  readonly tokens: Tokens | null;
  /** Prompts go as token ids. */
  readonly ids: boolean;
  readonly maxLength: number;
};

/** Rejects with `Refusal` or an AssayError. */
export async function generateText(request: GenerateRequest, generation: Generation, asking: Asking): Promise<GenerateResponse | RequestFailure> {
  const options = generationOptions(request.kwargs);
  const { server, model, signal } = asking;
  const prompt = generation.chat ? { body: { messages: conversationOf(request.context) }, truncated: 0 } : await promptOf(request, options, generation);
  if ('code' in prompt) return prompt;
  const address = generation.chat ? `${server.endpoint}/chat/completions` : `${server.endpoint}/completions`;
  const answer = await server.ask(address, { model, ...prompt.body, ...parameters(options, request) }, signal);
  const choice = onlyChoice(answer);
  if (typeof choice === 'string') throw server.badAnswer(choice);
  const text = textOf(choice, generation.chat);
  if (text === null) throw server.badAnswer(generation.chat ? 'a choice without "message"' : 'a choice without "text"');
  const { prompt: read, generated } = usedTokens(answer);
  asking.count(read + generated);
  const eos = generation.tokens?.eosText ?? '';
  const cut = cutAtStops(text, eos === '' ? options.stops : [...options.stops, eos]);
  return { kind: 'generate_until', id: request.id, text: cut, tokenIds: [], finishReason: cut === text ? reasonOf(choice, options) : 'stop', truncated: prompt.truncated };
}

type Prompt = { readonly body: { readonly prompt: string | readonly number[] }; readonly truncated: number };

/** With known tokens the prompt is cut on the left to what leaves room for the answer. */
async function promptOf(request: GenerateRequest, { maxTokens }: GenerationOptions, { tokens, ids, maxLength }: Generation): Promise<Prompt | RequestFailure> {
  if (tokens === null) return { body: { prompt: request.context }, truncated: 0 };
  const room = maxLength - 1 - maxTokens;
  if (room < 1) return failure(request.id, 'no-room-for-context', { length: maxLength, tokens: maxTokens });
  const all = (await tokens.encodeBatch([request.context]))[0] ?? [];
  const kept = all.slice(-room);
  const truncated = all.length - kept.length;
  if (ids && kept.length > 0) return { body: { prompt: kept }, truncated };
  return { body: { prompt: truncated === 0 ? request.context : await tokens.decode(kept) }, truncated };
}

function parameters({ stops, maxTokens, sampling, repetitionPenalty, noRepeatGram }: GenerationOptions, request: GenerateRequest): Readonly<Record<string, unknown>> {
  const stop = stops.filter((text) => text !== '').slice(0, MOST_STOPS);
  const common = { max_tokens: maxTokens, ...(stop.length > 0 && { stop }), ...(repetitionPenalty !== null && { repetition_penalty: repetitionPenalty }), ...(noRepeatGram !== null && { no_repeat_ngram_size: noRepeatGram }) };
  if (sampling.kind === 'greedy') return { ...common, temperature: 0, seed: request.seed };
  const { temperature, topP, topK, minP } = sampling;
  return { ...common, temperature, ...(topP !== null && { top_p: topP }), ...(topK !== null && { top_k: topK }), ...(minP !== null && { min_p: minP }), seed: drawSeed(sampling, request) };
}

/** A model that says nothing (`content: null`) has said the empty text, as in the harness. */
function textOf(choice: Readonly<Record<string, unknown>>, chat: boolean): string | null {
  const holder = chat ? choice['message'] : choice;
  if (!isRecord(holder)) return null;
  const text = chat ? (holder['content'] ?? '') : holder['text'];
  return typeof text === 'string' ? text : null;
}

/** OpenAI says `stop` for a stop string and for the end of the text; vLLM's `stop_reason` tells them apart. */
function reasonOf(choice: Readonly<Record<string, unknown>>, { stops }: GenerationOptions): GenerateResponse['finishReason'] {
  if (choice['finish_reason'] === 'length') return 'length';
  if (typeof choice['stop_reason'] === 'string') return 'stop';
  return stops.length === 0 || choice['stop_reason'] === null ? 'eos' : 'stop';
}
