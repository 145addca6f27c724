import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventHistory } from '../../../src/editor/results/event-history';
import { type Page, ResultsFeed } from '../../../src/editor/results/results-feed';
import type { RunEvent } from '../../../src/protocol/events';
import type { ToPanel } from '../../../src/protocol/panel';
import { metric, planned, progress } from '../events';

function setup(): { feed: ResultsFeed; page: Page; got: ToPanel[]; history: EventHistory; send(event: RunEvent): void; ready(): void } {
  const feed = new ResultsFeed({ type: 'strings', locale: 'en', strings: {} }, (event) => event);
  const got: ToPanel[] = [];
  const page: Page = { post: (message) => got.push(message) };
  const history = new EventHistory();
  const send = (event: RunEvent): void => {
    history.append(event);
    feed.appended(history, event);
  };
  const ready = (): void => feed.receive(page, { type: 'ready', sequence: 0 }, () => assert.fail('ready is not a request'));
  feed.show(history, false);
  return { feed, page, got, history, send, ready };
}

test('a page that says ready gets strings, then everything', () => {
  const { got, history, send, ready } = setup();
  send(planned('model-a'));
  send(progress('model-a', 1));
  assert.equal(got.length, 0);
  ready();
  assert.deepEqual(got.map((message) => message.type), ['strings', 'snapshot']);
  const snapshot = got[1];
  assert.ok(snapshot?.type === 'snapshot');
  assert.deepEqual(snapshot.events, history.events());
});

test('events come in batches, at most ten times a second', ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { feed, got, send, ready } = setup();
  ready();
  got.length = 0;
  for (let n = 1; n <= 225; n++) {
    send(metric('model-a', n, 0.5));
    mock.timers.tick(2);
  }
  mock.timers.tick(150);
  assert.equal(got.length, 5);
  const numbers = got.flatMap((message) => (message.type === 'events' ? message.events : [])).map((event) => (event.type === 'metric' ? event.n : 0));
  assert.deepEqual(numbers, Array.from({ length: 225 }, (_, index) => index + 1));
  feed.dispose();
});

test('a hidden page gets nothing; shown again it gets one snapshot that continues the sequence', () => {
  const { feed, page, got, send, ready } = setup();
  ready();
  const first = got.at(-1);
  feed.detach(page);
  got.length = 0;
  send(planned('model-a'));
  assert.equal(got.length, 0);
  ready();
  const again = got.at(-1);
  assert.ok(first?.type === 'snapshot' && again?.type === 'snapshot');
  assert.ok(again.sequence > first.sequence);
  assert.equal(again.events.length, 1);
});

test('events of an evaluation that is not shown stay away', () => {
  const { feed, got, ready } = setup();
  ready();
  const other = new EventHistory([planned('model-a')]);
  feed.show(other, true);
  got.length = 0;
  feed.appended(new EventHistory(), planned('model-b'));
  feed.dispose();
  assert.deepEqual(got, []);
  assert.equal(feed.isShowing(other), true);
});
