/** The reader process (dist/reader.js): reads files that may be anybody's, in a process that may die. Speaks requests.ts. */
import { answerRequests } from '../processes/answer-requests';
import { watchMemory } from '../processes/watch-memory';
import { handlers, type Handler } from './handlers';
import type { AnswerOf, ReaderRequest, ToReader } from './requests';

const most = Number(process.env['ASSAY_READER_MEGABYTES']);
if (most > 0) watchMemory(most);

// A library that reads parts of a damaged file side by side reports the first failure; nobody hears of the others.
process.on('unhandledRejection', () => undefined);

answerRequests<ToReader, AnswerOf<ReaderRequest>>(({ name, params }, progress) => (handlers[name] as Handler<ReaderRequest>)(params, progress));
