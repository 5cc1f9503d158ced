/*
 * Prompts at the terminal: only missing values are asked for, and invalid answers are asked for again.
 */
import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { Asker } from '../../../bin/init/ask.js';
import { type CollectedAnswers, collectAnswers } from '../../../bin/init/collect-answers.js';
import type { Arguments } from '../../../bin/support/arguments.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const nothing: Arguments = { flags: new Set(), values: new Map(), lists: new Map(), words: [] };

interface Asked {
  readonly collected: CollectedAnswers;
  readonly said: string;
}

async function answer(given: Arguments, ...lines: readonly string[]): Promise<Asked> {
  const input = new PassThrough();
  const output = new PassThrough();
  const asker = new Asker(input, output);
  input.end(lines.map((line) => `${line}\n`).join(''));
  try {
    const collected = await collectAnswers(given, asker);
    return { collected, said: String(output.read() ?? '') };
  } finally {
    asker.end();
  }
}

describe('pmdf init at a terminal', () => {
  const folder = temporaryFolder();

  it('asks for everything that is missing', async () => {
    const { collected, said } = await answer(
      nothing,
      folder.path('gw'),
      'domain.com other.example',
      '',
      'mail.domain.com',
    );
    assert.equal(collected.folder, folder.path('gw'));
    assert.deepEqual(collected.answers.site, { domains: ['domain.com', 'other.example'], networks: [] });
    assert.deepEqual(collected.answers.mailHost, { host: 'mail.domain.com', port: 25 });
    assert.equal(said.split(': ').length, 5);
  });

  it('asks again until an answer is valid', async () => {
    const given = { ...nothing, words: [folder.path('gw')] };
    const { collected, said } = await answer(
      given,
      'jane@domain.com',
      '',
      'domain.com',
      '10.20.',
      '10.20.0.0/16',
      '',
    );
    assert.deepEqual(collected.answers.site?.domains, ['domain.com']);
    assert.deepEqual(
      collected.answers.site?.networks.map(({ address, prefixLength }) => `${address}/${prefixLength}`),
      ['10.20.0.0/16'],
    );
    assert.deepEqual(collected.answers.mailHost, { host: '127.0.0.1', port: 10_025 });
    for (const expected of [
      'write the part after the `@`',
      'at least one domain',
      'did you mean `10.20.0.0/16`?',
    ])
      assert.ok(said.includes(expected), said);
  });

  it('does not ask for values that are given', async () => {
    const given: Arguments = {
      flags: new Set(),
      values: new Map([['mailhost', 'mail.domain.com']]),
      lists: new Map([
        ['domain', ['domain.com']],
        ['internal', ['none']],
      ]),
      words: [folder.path('gw')],
    };
    assert.equal((await answer(given)).said, '');
  });

  it('ends when the answers end', async () => {
    await assert.rejects(answer(nothing, folder.path('gw')), /^Error: cancelled$/);
  });
});
