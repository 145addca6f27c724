import type { EvaluatorClient } from '../../protocol/commands';
import type { Comparison, RunEvent } from '../../protocol/events';
import type { RunSummary } from '../../protocol/inspection';

type PlannedEvent = Extract<RunEvent, { type: 'planned' }>;

/** The comparisons of runs that were started together, which no single run folder holds. */
export async function comparisonsOf(events: readonly RunEvent[], client: EvaluatorClient): Promise<RunEvent[]> {
  const planned = events.filter((event): event is PlannedEvent => event.type === 'planned');
  const finished = new Set(events.filter((event) => event.type === 'finished').map((event) => event.run));
  const baseline = planned.find((run) => run.checkpoint === run.baseline && finished.has(run.run));
  if (!baseline) return [];
  const others = planned.filter((run) => run !== baseline && finished.has(run.run));
  const compared = await Promise.all(
    others.map(async (other) => (await client.compare(baseline.path, other.path)).comparisons.map((comparison) => comparisonEvent(other, comparison))),
  );
  return compared.flat();
}

/** Two runs of any evaluations, as one evaluation of two checkpoints. */
export async function comparedEvents(first: RunSummary, second: RunSummary, client: EvaluatorClient): Promise<RunEvent[]> {
  const names: [string, string] = first.checkpoint === second.checkpoint ? [`${first.checkpoint} (1)`, `${second.checkpoint} (2)`] : [first.checkpoint, second.checkpoint];
  const evaluation = `${first.id} ${second.id}`;
  const [ofFirst, ofSecond, outcome] = await Promise.all([client.replay(first.folder), client.replay(second.folder), client.compare(first.folder, second.folder)]);
  const renamed = (events: readonly RunEvent[], checkpoint: string): RunEvent[] =>
    events.map((event) =>
      event.type === 'planned' ? { ...event, evaluation, checkpoint, checkpoints: names, baseline: names[0] } : { ...event, evaluation, checkpoint },
    );
  const events = [...renamed(ofFirst, names[0]), ...renamed(ofSecond, names[1])];
  const other = events.findLast((event): event is PlannedEvent => event.type === 'planned');
  if (!other) return events;
  return [...events, ...outcome.comparisons.map((comparison) => comparisonEvent(other, { ...comparison, baseline: names[0], other: names[1] }))];
}

function comparisonEvent({ run, evaluation, checkpoint, time }: PlannedEvent, comparison: Comparison): RunEvent {
  return { type: 'comparison', run, evaluation, checkpoint, time, comparison };
}
