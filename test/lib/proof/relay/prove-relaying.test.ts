/*
 * The answers of the proof of relaying, for the sample policy and for others made of it.
 */
import assert from 'node:assert/strict';
import { exampleFile } from '../../decide/session-of.js';
import { proveText } from './proof-of.js';

const cnf = exampleFile('pmdf.cnf');
const block = '  tcp_local|*|tcp_local|*   $NRelaying$ not$ permitted\n';
const send = (entries: string): string => `ORIG_SEND_ACCESS\n\n${entries}${block}`;

describe('the proof of relaying', () => {
  it('proves the sample', () => {
    const began = Date.now();
    const channels = proveText({ cnf, mappings: exampleFile('mappings') });
    console.log(Date.now() - began, JSON.stringify(channels, null, 1));
    assert.deepEqual(channels.map(({ channel, answer }) => [channel, answer]), [['tcp_local', 'proved']]);
  });

  it('finds the entry for a partner', () => {
    const began = Date.now();
    const channels = proveText({ cnf, mappings: send('  tcp_local|*@partner.example|tcp_local|*  $Y\n') });
    console.log(Date.now() - began, JSON.stringify(channels, (key, value) => key === 'span' ? undefined : value, 1));
  });

  it('finds the lack of the entry', () => {
    const began = Date.now();
    const channels = proveText({ cnf, mappings: 'ORIG_SEND_ACCESS\n\n  tcp_internal|*|tcp_local|*  $Y\n' });
    console.log(Date.now() - began, JSON.stringify(channels, (key, value) => key === 'span' ? undefined : value, 1));
  });
});
