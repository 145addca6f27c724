import type { PlannedMetric, RunEvent } from '../../protocol/events';
import { headlineMetric } from '../../protocol/headline';
import { scoreText } from './score-text';

type Planned = { readonly config: string | null; readonly configPath: string | null; readonly metric: PlannedMetric | undefined };
type Score = { readonly value: number; readonly form: PlannedMetric['form'] };

/** The main metric of each `tasks:` entry by checkpoint, of its newest run: the text of the lens beside `Run`. */
export class LatestScores {
  private readonly planned = new Map<string, Planned>();
  private readonly scores = new Map<string, Map<string, Score>>();

  /** true: a lens reads differently now. */
  apply(event: RunEvent): boolean {
    if (event.type === 'planned') {
      for (const task of event.tasks) {
        this.planned.set(`${event.run}\n${task.task}`, { config: event.config, configPath: task.configPath, metric: headlineMetric(task.metrics) });
        if (event.config !== null) this.scores.get(keyOf(event.config, task.configPath))?.delete(event.checkpoint);
      }
      return true;
    }
    if (event.type !== 'metric') return false;
    const planned = this.planned.get(`${event.run}\n${event.task}`);
    if (!planned?.metric || planned.config === null || planned.metric.metric !== event.metric) return false;
    const key = keyOf(planned.config, planned.configPath);
    const byCheckpoint = this.scores.get(key) ?? new Map<string, Score>();
    this.scores.set(key, byCheckpoint);
    byCheckpoint.set(event.checkpoint, { value: event.value, form: planned.metric.form });
    return true;
  }

  /** `model-a 67.2 % · model-b 50.8 %`; null where nothing has run. `configPath` null: a task file that was run as it is. */
  text(config: string, configPath: string | null): string | null {
    const scores = this.scores.get(keyOf(config, configPath));
    if (!scores || scores.size === 0) return null;
    return [...scores].map(([checkpoint, score]) => `${checkpoint} ${scoreText(score.form, score.value)}`).join(' · ');
  }
}

function keyOf(config: string, configPath: string | null): string {
  return `${config}\n${configPath ?? ''}`;
}
