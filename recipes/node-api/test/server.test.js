import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greeting } from 'words';

test('greets by name', () => {
  assert.equal(greeting('Node'), 'Hello, Node!');
});
