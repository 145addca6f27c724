/** What crosses between the client and the evaluator process (JSON-RPC over the fork's channel). */
import { NotificationType, RequestType } from 'vscode-jsonrpc/node';
import type {
  CompareOutcome, DownloadQuestion, EvaluationOutcome, EvaluationRequest, Preview, PreviewRequest, ScoredTexts, ScoreTextsRequest,
} from '../protocol/commands';
import type { RunEvent } from '../protocol/events';
import type { Inspections } from '../protocol/inspection';

/** What the editor asks of files, by the method's name. */
export type InspectParams = { readonly [Name in keyof Inspections]: { readonly name: Name; readonly args: Parameters<Inspections[Name]> } }[keyof Inspections];
export const inspectRequest = new RequestType<InspectParams, unknown, void>('inspect');

/** `id` is the evaluation's, chosen by the client. */
export const startRequest = new RequestType<{ id: string; request: EvaluationRequest }, EvaluationOutcome, void>('start');
/** Answered at once, before anything is cancelled: an evaluator that does not answer is stuck. */
export const cancelRequest = new RequestType<{ id: string }, null, void>('cancel');
/** Events of one turn of the evaluator travel together. */
export const eventsNotification = new NotificationType<{ id: string; events: readonly RunEvent[] }>('events');
export const compareRequest = new RequestType<{ runA: string; runB: string }, CompareOutcome, void>('compare');
export const replayRequest = new RequestType<{ runFolder: string }, readonly RunEvent[], void>('replay');
export const scoreRequest = new RequestType<ScoreTextsRequest, ScoredTexts, void>('score');
/** Asked of the client: the environment of the evaluator holds no keys. null: not set. */
export const variableRequest = new RequestType<{ name: string }, string | null, void>('variable');
/** Asked of the client: whether a download may begin. */
export const permitRequest = new RequestType<DownloadQuestion, boolean, void>('permit');
export const previewRequest = new RequestType<PreviewRequest, Preview, void>('preview');
