/*
 * What is said of one keyword that is added to a channel of the sample policy.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparePolicies } from '../../../../lib/proof/difference/compare-policies.js';
import type { PolicyDifference, Side } from '../../../../lib/proof/difference/policy-difference.js';
import { projectRoot } from '../../../support/project-root.js';
import { compileSite } from '../judge/site.js';
import { sideOfSite } from './compare-sites.js';

const truth = { leaving: new Set<string>(), ours: [], unclear: [] };
const trials = { atoms: [], fresh: [], hosts: [], ports: [], clients: [], helos: [], originalRecipients: [] };

const [cnf = '', mappings = '', aliases = ''] = ['pmdf.cnf', 'mappings', 'aliases'].map((name) =>
  readFileSync(join(projectRoot, 'config', name), 'utf8'),
);

function sideOf(text: string): Side {
  const general = new Map([['jane.doe', 'jdoe%other.com@PROCESS-DAEMON']]);
  const files = { cnf: text, mappings, aliases, yaml: '' };
  return sideOfSite(compileSite({ text: files, databases: { general }, truth, trials }));
}

/** The sample with more words on the line of a channel. */
function withWords(channel: string, words: string): string {
  const lines = `${cnf}\n\ntcp_auth smtp mx allowswitchchannel maysaslserver\nTCP-AUTH\n`.split('\n');
  const at = lines.findIndex((line) => line === channel || line.startsWith(`${channel} `));
  assert.notEqual(at, -1, `the sample has no channel ${channel}`);
  return lines.map((line, index) => (index === at ? `${line} ${words}` : line)).join('\n');
}

interface Row {
  readonly channel: string;
  readonly before?: string;
  readonly now: string;
  readonly answer: PolicyDifference['answer'];
  readonly kinds?: readonly string[];
  /** Of the first change. */
  readonly what?: string;
}

const rows: readonly Row[] = [
  // Defaults that say more when they are written.
  {
    channel: 'tcp_local',
    now: 'forwardchecknone',
    answer: 'different',
    kinds: ['newly-relayed', 'newly-accepted', 'other-reply'],
    what: 'source channel',
  },
  {
    channel: 'l',
    before: 'lmtp',
    now: 'lmtp defaultmx',
    answer: 'different',
    kinds: ['delivered-elsewhere'],
  },
  { channel: 'l', now: 'notlsclient', answer: 'different', kinds: ['delivered-elsewhere'] },
  { channel: 'l', now: 'notls', answer: 'different', kinds: ['delivered-elsewhere'] },
  { channel: 'tcp_local', now: 'nosmtp', answer: 'not-compared' },
  // Those that say the same.
  { channel: 'l', now: 'nosmtp', answer: 'equal' },
  { channel: 'l', now: 'forwardchecknone', answer: 'equal' },
  { channel: 'l', now: 'notlsserver', answer: 'equal' },
  { channel: 'l', now: 'multiple', answer: 'equal' },
  // Clients never come in on `l`.
  { channel: 'l', now: 'identnonenumeric', answer: 'equal' },
  { channel: 'l', now: 'musttlsserver', answer: 'equal' },
  { channel: 'l', now: 'mustsaslserver', answer: 'equal' },
  { channel: 'l', now: 'recipientlimit 3', answer: 'equal' },
  { channel: 'l', now: 'mailfromdnsverify', answer: 'equal' },
  { channel: 'l', now: 'blocklimit 3', answer: 'different', kinds: ['other-reply'], what: 'limits on size' },
  { channel: 'tcp_local', before: 'tlsswitchchannel l', now: 'tlsswitchchannel l', answer: 'equal' },
  // What is only about notices and logs.
  { channel: 'l', now: 'notices 1 2', answer: 'same-decisions' },
  { channel: 'tcp_local', now: 'sendpost', answer: 'same-decisions' },
  { channel: 'tcp_local', now: 'returnaddress a@domain.com', answer: 'same-decisions' },
  { channel: 'tcp_local', now: 'logging', answer: 'same-decisions' },
  // What no trial comes to, but can be told.
  {
    channel: 'tcp_local',
    now: 'recipientlimit 3',
    answer: 'different',
    kinds: ['other-reply'],
    what: 'limits',
  },
  { channel: 'tcp_local', now: 'holdlimit 3', answer: 'different', kinds: ['other-reply'], what: 'limits' },
  {
    channel: 'tcp_local',
    now: 'msexchange',
    answer: 'different',
    kinds: ['other-reply'],
    what: 'old forms of STARTTLS and AUTH',
  },
  {
    channel: 'tcp_internal',
    now: 'bangoverpercent',
    answer: 'different',
    kinds: ['delivered-elsewhere'],
  },
  // AUTH is not offered, so that nobody is switched.
  { channel: 'tcp_local', now: 'saslswitchchannel tcp_auth', answer: 'not-compared' },
  {
    channel: 'tcp_local',
    before: 'maysaslserver',
    now: 'maysaslserver saslswitchchannel tcp_auth',
    answer: 'different',
    kinds: ['newly-accepted', 'other-reply'],
  },
];

describe('comparePolicies of keywords', () => {
  for (const { channel, before = '', now, answer, kinds = [], what } of rows) {
    it(`${channel} ${before} -> ${now}`, () => {
      const difference = comparePolicies(
        sideOf(withWords(channel, before)),
        sideOf(withWords(channel, now)),
        {
          ofEntry: 100,
          ofNames: 1500,
          proof: 200_000,
        },
      );
      const told = JSON.stringify(difference, null, 1);
      assert.equal(difference.answer, answer, told);
      assert.deepEqual([...new Set(difference.changes.map(({ kind }) => kind))], kinds, told);
      if (what !== undefined) assert.equal(difference.changes[0]?.what, what);
    });
  }
});
