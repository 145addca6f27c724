/** The head of the page: what runs, how far it is, how long it takes, and the one button that fits. */
import { formatDuration } from '../src/protocol/duration';
import { checkpointCounts, nameOf } from './heading';
import { element, setAttribute, setClass, setHidden, setText, setTitle } from './dom';
import { formatCount, formatShare } from './format';
import { type Outcome, type Standing, standing } from './outcome';
import type { PanelState } from './state';
import { t } from './strings';
import { button } from './toolkit';

/** Spoken progress comes at most this often. */
const SPOKEN_EVERY_MS = 10_000;

export type ProgressActions = { readonly cancel: () => void; readonly resume: () => void };

export class ProgressHead {
  readonly root = element('header', 'head');
  private readonly name = element('h1', 'name');
  private readonly counts = element('span', 'counts');
  private readonly status = element('span', 'status');
  private readonly bar = element('div', 'bar');
  private readonly fill = element('div', 'bar-fill');
  private readonly spoken = element('div', 'spoken');
  private readonly cancelButton: HTMLElement;
  private readonly resumeButton: HTMLElement;
  private cancelling = false;
  private evaluation: string | null = null;
  private outcome: Outcome | null = null;
  private spokenAt = -Infinity;

  constructor(actions: ProgressActions) {
    this.cancelButton = button('secondary', () => {
      this.cancelling = true;
      setText(this.cancelButton, t('Cancelling…'));
      actions.cancel();
    });
    this.resumeButton = button('primary', () => {
      setHidden(this.resumeButton, true);
      actions.resume();
    });
    this.cancelButton.classList.add('cancel');
    this.resumeButton.classList.add('resume');
    this.bar.setAttribute('role', 'progressbar');
    this.bar.setAttribute('aria-valuemin', '0');
    this.bar.setAttribute('aria-valuemax', '100');
    this.spoken.setAttribute('role', 'status');
    this.spoken.setAttribute('aria-live', 'polite');
    this.bar.append(this.fill);
    const title = element('div', 'title', this.name, this.counts);
    const action = element('div', 'action', this.cancelButton, this.resumeButton);
    this.root.append(title, this.status, action, this.bar, this.spoken);
  }

  update(state: PanelState, time: number): void {
    const now = standing(state);
    setText(this.name, nameOf(state));
    setTitle(this.name, state.config ?? '');
    // What was pressed was said to the evaluation that was shown then.
    if (this.evaluation !== state.evaluation) this.cancelling = false;
    this.evaluation = state.evaluation;
    setText(this.counts, checkpointCounts(state));
    const text = statusText(now);
    setText(this.status, text);
    setTitle(this.status, ...statusTitle(state, now));
    this.drawBar(now);
    const going = now.outcome === 'running' || now.outcome === 'preparing';
    if (!going) this.cancelling = false;
    setText(this.cancelButton, t(this.cancelling ? 'Cancelling…' : 'Cancel'));
    setText(this.resumeButton, t('Resume'));
    setHidden(this.cancelButton, !going);
    setHidden(this.resumeButton, !now.resumable);
    if (now.outcome !== this.outcome || time - this.spokenAt >= SPOKEN_EVERY_MS) {
      setText(this.spoken, text);
      this.spokenAt = time;
    }
    this.outcome = now.outcome;
  }

  private drawBar(now: Standing): void {
    const share = shareOf(now);
    this.fill.style.transform = `scaleX(${share.toFixed(4)})`;
    setAttribute(this.bar, 'aria-label', t('Progress of the evaluation'));
    setAttribute(this.bar, 'aria-valuenow', String(Math.floor(share * 100)));
    const stopped = now.outcome === 'failed' || now.outcome === 'cancelled' || now.outcome === 'interrupted';
    setClass(this.bar, 'stopped', stopped);
    setClass(this.bar, 'done', now.outcome === 'finished' || now.outcome === 'partly');
  }
}

function shareOf(now: Standing): number {
  if (now.outcome === 'finished') return 1;
  return now.total > 0 ? Math.min(1, now.done / now.total) : 0;
}

function statusText(now: Standing): string {
  switch (now.outcome) {
    case 'empty':
      return '';
    case 'preparing':
      return t('Preparing…');
    case 'running': {
      const parts: string[] = [];
      // While the first document is read no share of documents is done; the rate and the time say more.
      if (now.done > 0 || now.tokensPerSecond === 0) parts.push(formatShare(shareOf(now)));
      if (now.tokensPerSecond > 0) parts.push(t('{0} tok/s', formatCount(now.tokensPerSecond)));
      if (now.remaining !== null) parts.push(t('{0} left', formatDuration(now.remaining)));
      return parts.join(' · ');
    }
    case 'finished':
      return now.reported ? `${t('Finished')} · ${t('reported, not computed')}` : t('Finished');
    case 'partly':
      return t('Finished in part');
    case 'cancelled':
      return `${t('Cancelled')} · ${formatShare(shareOf(now))}`;
    case 'interrupted':
      return `${t('Interrupted')} · ${formatShare(shareOf(now))}`;
    case 'failed':
      return now.done > 0 ? `${t('Failed')} · ${formatShare(shareOf(now))}` : t('Failed');
  }
}

function statusTitle(state: PanelState, now: Standing): readonly string[] {
  const answered = state.checkpoints.reduce((sum, { run }) => sum + run.answered, 0);
  const lines = now.total > 0 ? [t('{0} of {1}', formatCount(now.done), t('{0} documents', formatCount(now.total)))] : [];
  if (answered > 0) lines.push(t('{0} answers taken from the journal', formatCount(answered)));
  return lines;
}
