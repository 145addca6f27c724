/** Before the first evaluation: what to do next. */
import { element, setText } from './dom';
import { t } from './strings';
import { button } from './toolkit';

export class EmptyState {
  readonly root = element('section', 'nothing-yet');
  private readonly title = element('h1', 'name');
  private readonly advice = element('p', 'quiet');
  private readonly run: HTMLElement;

  constructor(onRun: () => void) {
    this.run = button('primary', onRun);
    this.root.append(this.title, this.advice, this.run);
  }

  update(): void {
    setText(this.title, t('No evaluation yet'));
    setText(this.advice, t('Open an eval config and press Run above its first line, or start here. Numbers appear as the checkpoints answer.'));
    setText(this.run, t('Run an evaluation'));
  }
}
