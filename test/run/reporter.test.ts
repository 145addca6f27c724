import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../src/protocol/events';
import { answeredDocument } from '../../src/run/answered-document';
import { RunReporter } from '../../src/run/reporter';
import { taskRuns } from '../../src/run/restore';
import { answerTo, planOf, questions, scoreRequests } from './scripted-model';

/** A run of 200 questions whose clock and timers a test moves; `answer` finishes the next documents of the order, at once. */
async function reported(): Promise<{ answer(documents: number): void; pass(milliseconds: number): void; rest(): void; shown(): string[] }> {
  const task = await questions('odd', 200);
  const plan = planOf([task]);
  const events: RunEvent[] = [];
  let time = 0;
  let timers: { readonly at: number; readonly work: () => void }[] = [];
  const reporter = new RunReporter(plan, (event) => events.push(event), {
    now: () => time,
    postpone: (work, milliseconds) => {
      const timer = { at: time + milliseconds, work };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
  });
  const run = taskRuns(plan).get('odd');
  assert.ok(run);
  return {
    answer: (documents) => {
      for (const index of run.order.slice(run.documentsDone, run.documentsDone + documents)) {
        const prepared = task.document(index);
        const document = answeredDocument(task, prepared, scoreRequests(prepared).map(answerTo), false);
        run.add(document, { offset: 0, length: 0 });
        reporter.document(run, document, prepared);
      }
    },
    pass: (milliseconds) => {
      time += milliseconds;
      const due = timers.filter(({ at }) => at <= time);
      timers = timers.filter(({ at }) => at > time);
      for (const { work } of due) work();
    },
    rest: () => reporter.rest(),
    /** What has come since the last look, as `<time>: <documents it speaks of>`. */
    shown: () =>
      events.splice(0).flatMap((event) => {
        if (event.type === 'metric') return event.metric === 'acc,none' ? [`${time} acc of ${event.n}`] : [];
        return event.type === 'progress' ? [`${time} done ${event.done}`] : [];
      }),
  };
}

test('of a burst the first document shows at once and the last when its time has come, without another document', async () => {
  const { answer, pass, shown } = await reported();
  answer(10);
  assert.deepEqual(shown(), ['0 acc of 1', '0 done 1']);
  pass(99);
  assert.deepEqual(shown(), []);
  pass(1);
  assert.deepEqual(shown(), ['100 acc of 10', '100 done 10']);
  pass(1000);
  assert.deepEqual(shown(), [], 'there is nothing new to say');
  answer(1);
  assert.deepEqual(shown(), ['1100 acc of 11', '1100 done 11']);
});

test('bursts are shown ten times a second, however they follow one another', async () => {
  const { answer, pass, shown } = await reported();
  for (let turn = 0; turn < 30; turn++) {
    answer(3);
    pass(10);
  }
  assert.deepEqual(shown().filter((line) => line.includes('acc')).map((line) => line.replace(/^\d+ /, '')), ['acc of 1', 'acc of 30', 'acc of 60', 'acc of 90']);
});

test('nothing is shown after a run has come to rest', async () => {
  const { answer, pass, rest, shown } = await reported();
  answer(10);
  shown();
  rest();
  pass(1000);
  assert.deepEqual(shown(), []);
});
