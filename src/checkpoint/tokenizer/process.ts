/**
 * The tokenizer process (dist/tokenizer.js): one checkpoint's tokenizer, in a process that may die. A pattern or a normalizer of a
 * tokenizer.json can take any time and any memory, and the native engine ends its process where it fails. Speaks requests.ts.
 */
import { answerRequests } from '../../processes/answer-requests';
import { watchMemory } from '../../processes/watch-memory';
import { AssayError } from '../../protocol/errors';
import { reasonOf } from '../failure';
import type { Tokenizer } from '../tokenizer';
import { openTokenizer } from './open';
import { packLists, type ToTokenizer, type TokenizerAnswer, type TokenizerAsk, type TokenizerSource, unpackLists } from './requests';

let allow: ((megabytes: number) => void) | null = null;
let opened: Promise<Tokenizer> | null = null;

answerRequests<ToTokenizer, TokenizerAnswer>(async ({ source, megabytes, ask }, progress) => {
  allow = allow === null ? watchMemory(megabytes) : (allow(megabytes), allow);
  const tokenizer = await (opened ??= open(source));
  progress(source.folder);
  try {
    return await answer(tokenizer, ask);
  } catch (error) {
    throw error instanceof AssayError ? error : new AssayError('tokenizer-failed', { detail: reasonOf(error) });
  }
});

function open({ folder, modelType, engine }: TokenizerSource): Promise<Tokenizer> {
  return openTokenizer(folder, modelType, engine === undefined ? {} : { engine });
}

async function answer(tokenizer: Tokenizer, ask: TokenizerAsk): Promise<TokenizerAnswer> {
  switch (ask.kind) {
    case 'open': {
      const { engine, version, warnings, bosId, eosId, padId, bosToken, eosToken, padToken, vocabularySize, modelMaxLength } = tokenizer;
      return { kind: 'facts', facts: { engine, version, warnings, bosId, eosId, padId, bosToken, eosToken, padToken, vocabularySize, modelMaxLength } };
    }
    case 'encode':
      return { kind: 'ids', lists: packLists(await tokenizer.encodeBatch(ask.texts, ask.special)) };
    case 'decode':
      return { kind: 'texts', texts: await tokenizer.decodeBatch(unpackLists(ask.lists), ask.skipSpecial) };
    case 'tokens':
      return { kind: 'texts', texts: await tokenizer.tokensOf([...ask.ids]) };
  }
}
