import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messages } from '../../src/protocol/messages';
import { checkpointMessages } from '../../src/protocol/messages/checkpoint';
import { configMessages } from '../../src/protocol/messages/config';
import { datasetMessages } from '../../src/protocol/messages/dataset';
import { endpointMessages } from '../../src/protocol/messages/endpoint';
import { modelMessages } from '../../src/protocol/messages/model';
import { runMessages } from '../../src/protocol/messages/run';
import { taskMessages } from '../../src/protocol/messages/task';

test('no code stands twice: the later text would be told for both', () => {
  const rooms = [checkpointMessages, configMessages, datasetMessages, endpointMessages, modelMessages, runMessages, taskMessages, { internal: '', cancelled: '' }];
  const codes = rooms.flatMap((room) => Object.keys(room));
  assert.deepEqual(codes.filter((code, at) => codes.indexOf(code) !== at), []);
  assert.deepEqual(codes.sort(), Object.keys(messages).sort());
});
