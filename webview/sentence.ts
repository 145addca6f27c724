/**
 * The sentence on top: what the numbers say, computed from them, with interval, p-value and n. It says what is
 * missing while nothing can be said, and what to do when something stopped. Pure; returns pieces, so that a
 * translation may put them in another order.
 */
import { plainText } from '../src/protocol/plain-text';
import { keepsAnswers } from '../src/protocol/standing';
import { formatCount } from './format';
import { type Standing, standing } from './outcome';
import { type Piece, checkpointPiece, compose, joinPieces, plain } from './pieces';
import { comparisonClauses } from './sentence-comparison';
import { liveClause, singleClauses } from './sentence-live';
import type { CheckpointState, PanelState, TaskState } from './state';
import { countOf, t } from './strings';

/** So many failed tasks are named; the table has the rest. */
const NAMED = 3;

/** Errors whose own words say that answers are kept. */
const saysItself: ReadonlySet<string> = new Set(['model-process-died', 'evaluator-died']);

export type Sentences = {
  /** Why it stopped, wholly or in part, and what to do; empty while it goes well. */
  readonly stopped: readonly Piece[];
  /** What the numbers say so far. */
  readonly known: readonly Piece[];
};

/** `allMetrics`: the table shows them, so they are counted. */
export function sentences(state: PanelState, allMetrics = false): Sentences {
  const now = standing(state);
  if (now.outcome === 'empty') return { stopped: [], known: [] };
  return { stopped: stoppedPieces(state, now), known: knownPieces(state, now, allMetrics) };
}

function stoppedPieces(state: PanelState, now: Standing): readonly Piece[] {
  const said: (readonly Piece[])[] = [];
  for (const runs of failedAlike(state)) {
    const [first] = runs;
    if (first === undefined) continue;
    const names = joinPieces('{0}, {1}', runs.map((run) => [checkpointPiece(run.label, state.checkpoints.indexOf(run))]));
    said.push(compose(first.run.begun ? '{0} stopped: {1}' : '{0} could not run: {1}', names, plain(ended(plainText(first.run.error?.message ?? '', 1000)))));
    const again = runs.some(({ run }) => run.resumable);
    if (!again) said.push([plain(t('Put this right, then run again.'))]);
    else if (!runs.some(({ run }) => keepsAnswers(run))) said.push([plain(t('Resume tries it again.'))]);
    else if (!saysItself.has(first.run.error?.code ?? '')) said.push([plain(t('Finished answers are kept: Resume asks only for what is missing.'))]);
  }
  if (now.outcome === 'cancelled' || now.outcome === 'interrupted') {
    const key = now.outcome === 'cancelled' ? 'Cancelled after {0} of {1} documents.' : 'Interrupted after {0} of {1} documents.';
    said.push([plain(t(key, formatCount(now.done), formatCount(now.total)))]);
    if (state.checkpoints.some(({ run }) => run.status !== 'failed' && keepsAnswers(run))) said.push([plain(t('Finished answers are kept: Resume asks only for what is missing.'))]);
  }
  said.push(...failedTasks(state).map((text) => [plain(text)]));
  return said.flatMap((pieces, index) => (index === 0 ? pieces : [plain(' '), ...pieces]));
}

/** Checkpoints that stopped, together where they say the same. */
function failedAlike(state: PanelState): readonly (readonly CheckpointState[])[] {
  const groups = new Map<string, CheckpointState[]>();
  for (const one of state.checkpoints) {
    const { status, error, begun, resumable } = one.run;
    if (status !== 'failed' || error === null) continue;
    const key = JSON.stringify([error.message, begun, resumable]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** Which tasks have no results; their rows say why. */
function failedTasks(state: PanelState): readonly string[] {
  const asked = state.checkpoints.filter(({ run }) => run.status !== 'failed');
  const failed = state.tasks.filter((task) => asked.some(({ name }) => task.errors.has(name)));
  const everywhere = failed.filter((task) => asked.every(({ name }) => task.errors.has(name)));
  const somewhere = failed.filter((task) => !everywhere.includes(task));
  const all = countOf('{0} task', '{0} tasks', state.tasks.length, String(state.tasks.length));
  const said: string[] = [];
  if (everywhere.length > 0) said.push(t('{0} of {1} could not be run: {2}.', everywhere.length, all, namesOf(everywhere)));
  if (somewhere.length > 0) said.push(t('{0} of {1} failed on some checkpoints: {2}.', somewhere.length, all, namesOf(somewhere)));
  return said;
}

function namesOf(tasks: readonly TaskState[]): string {
  const names = tasks.slice(0, NAMED).map(({ alias }) => alias);
  const more = tasks.length - names.length;
  return [...names, ...(more > 0 ? [t('{0} more', formatCount(more))] : [])].reduce((left, right) => t('{0}, {1}', left, right));
}

function knownPieces(state: PanelState, now: Standing, allMetrics: boolean): readonly Piece[] {
  const compared = comparisonClauses(state, [...state.comparisons.values()], allMetrics);
  if (compared.length > 0) return compared;
  const live = liveClause(state, now.outcome === 'running');
  if (live.length > 0) return live;
  const single = singleClauses(state);
  if (single.length > 0) return single;
  if (now.outcome === 'preparing') return [plain(t('The checkpoints are being opened.'))];
  if (now.outcome === 'running') return [plain(t('The first answers are on their way.'))];
  return [];
}

function ended(message: string): string {
  return /[.!?。]$/.test(message) ? message : `${message}.`;
}
