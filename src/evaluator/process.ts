/** Entry of dist/evaluator.js: the evaluator in a process of its own, forked by the editor. */
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError } from 'vscode-jsonrpc/node';
import { watchParent } from '../processes/watch-parent';
import { AssayError } from '../protocol/errors';
import type { RunEvent } from '../protocol/events';
import { Evaluator } from './evaluator';
import { builtReader, Inspector } from './inspector';
import { modelOpener } from './models';
import { readerProcess } from './readers';
import {
  cancelRequest, compareRequest, eventsNotification, inspectRequest, previewRequest, replayRequest, scoreRequest, startRequest, variableRequest, permitRequest,
} from './rpc';

watchParent();
// Ctrl-C reaches the whole process group: who started this process decides when it ends.
process.on('SIGINT', () => undefined);

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const readVariable = async (name: string): Promise<string | undefined> => (await connection.sendRequest(variableRequest, { name })) ?? undefined;
const evaluator = new Evaluator({ openModel: modelOpener(readVariable), openReader: readerProcess, hub: { readVariable, permit: (question) => connection.sendRequest(permitRequest, question) } });

const inspector = new Inspector(builtReader());

connection.onRequest(startRequest, async ({ id, request }) => {
  const outbox = new Outbox((events) => void connection.sendNotification(eventsNotification, { id, events }));
  const { outcome } = evaluator.start(request, (event) => outbox.put(event), id);
  try {
    return await outcome;
  } finally {
    outbox.flush();
  }
});
connection.onRequest(cancelRequest, ({ id }) => {
  evaluator.cancel(id);
  return null;
});
connection.onRequest(inspectRequest, ({ name, args }) => typed<unknown>(inspector.inspect(name, args)));
connection.onRequest(compareRequest, ({ runA, runB }) => typed(evaluator.compare(runA, runB)));
connection.onRequest(replayRequest, ({ runFolder }) => typed(evaluator.replay(runFolder)));
connection.onRequest(scoreRequest, (request) => typed(evaluator.score(request)));
connection.onRequest(previewRequest, (request) => typed(evaluator.preview(request)));

// The parent is gone: model processes see their channel close and end as well.
process.on('disconnect', () => process.exit(0));
connection.listen();

/** Errors cross as data; the client makes AssayErrors of them again. */
async function typed<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const known = AssayError.from(error);
    throw new ResponseError(1, known.message, known.toJSON());
  }
}

/** Sends what one turn of the event loop produced in one message. */
class Outbox {
  private waiting: RunEvent[] = [];

  constructor(private readonly send: (events: readonly RunEvent[]) => void) {}

  put(event: RunEvent): void {
    if (this.waiting.length === 0) setImmediate(() => this.flush());
    this.waiting.push(event);
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const events = this.waiting;
    this.waiting = [];
    this.send(events);
  }
}
