/** Entry of the results page: asks for a snapshot, takes events as they come, draws at most ten times a second. */
import type { FromPanel, ToPanel } from '../src/protocol/panel';
import { Page, type PageChoices, noChoices } from './page';
import { interrupt } from '../src/protocol/standing';
import { advance, takeMisfit } from './fold';
import { readEvent } from './read-event';
import { type PanelState, emptyState } from './state';
import { setStrings } from './strings';
import { registerToolkit } from './toolkit';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPanel): void;
  getState(): PageChoices | undefined;
  setState(state: PageChoices): void;
};

const REDRAW_EVERY_MS = 100;

const vscode = acquireVsCodeApi();
let state: PanelState = emptyState();
let sequence = 0;
let drawnAt = -Infinity;
let timer: number | undefined;

registerToolkit();
const app = document.getElementById('app') ?? document.body;
const page = new Page(
  app,
  { ...noChoices, ...vscode.getState() },
  (message) => vscode.postMessage(message),
  (choices) => vscode.setState(choices),
);

window.addEventListener('message', ({ data }: MessageEvent<ToPanel>) => {
  switch (data.type) {
    case 'strings':
      setStrings(data.strings, data.locale);
      document.documentElement.lang = data.locale;
      break;
    case 'snapshot':
      state = emptyState();
      for (const event of data.events) take(event);
      if (data.interrupted) interrupt(state.standing);
      sequence = data.sequence;
      draw();
      break;
    case 'events':
      for (const event of data.events) take(event);
      sequence = data.sequence;
      drawSoon();
  }
});
vscode.postMessage({ type: 'ready', sequence });

/** A plan of another evaluation begins a new picture. What cannot be understood is told, and the rest goes on. */
function take(value: unknown): void {
  const { event, misfits } = readEvent(value);
  if (event?.type === 'planned' && state.evaluation !== null && event.evaluation !== state.evaluation) state = emptyState();
  for (const misfit of misfits) takeMisfit(state, misfit);
  if (event !== null) advance(state, event);
}

function drawSoon(): void {
  if (timer !== undefined) return;
  const wait = drawnAt + REDRAW_EVERY_MS - performance.now();
  if (wait <= 0) draw();
  else timer = window.setTimeout(draw, wait);
}

function draw(): void {
  window.clearTimeout(timer);
  timer = undefined;
  drawnAt = performance.now();
  page.update(state);
}
