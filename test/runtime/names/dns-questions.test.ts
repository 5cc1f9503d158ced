/*
 * Questions of routines to DNS, to a real name server: hosts, lists, their texts, and servers that fail or are silent.
 */
import assert from 'node:assert/strict';
import { DnsQuestions, listedName, systemRecords } from '../../../runtime/names/dns-questions.js';
import { systemResolver } from '../../../runtime/names/name-resolver.js';
import { systemClock } from '../../../runtime/time/clock.js';
import { type DnsAnswer, DnsServer } from '../../support/dns-server.js';

const listed = '7.2.0.192.bl.example';

/** The records, and what the question gives: the value found, or the kind of answer. */
const listings: readonly (readonly [string, Readonly<Record<string, DnsAnswer>>, string])[] = [
  [
    'a text',
    { [`A ${listed}`]: ['127.0.0.2'], [`TXT ${listed}`]: ['listed, see http://bl.example'] },
    'listed, see http://bl.example',
  ],
  ['no text', { [`A ${listed}`]: ['127.0.0.2'] }, ''],
  ['a text that fails', { [`A ${listed}`]: ['127.0.0.2'], [`TXT ${listed}`]: 'failure' }, ''],
  ['a text that never comes', { [`A ${listed}`]: ['127.0.0.2'], [`TXT ${listed}`]: 'silence' }, ''],
  ['nothing', {}, 'absent'],
  [
    'an address that is no listing',
    { [`A ${listed}`]: ['192.0.2.80'], [`TXT ${listed}`]: ['parked'] },
    'absent',
  ],
  ['a refusal to serve', { [`A ${listed}`]: ['127.255.255.254'] }, 'failed'],
  ['a failure', { [`A ${listed}`]: 'failure' }, 'failed'],
  ['silence', { [`A ${listed}`]: 'silence' }, 'failed'],
];

const hosts: readonly (readonly [string, Readonly<Record<string, DnsAnswer>>, string])[] = [
  ['mail.example', { 'A mail.example': ['192.0.2.1'] }, '192.0.2.1'],
  ['six.example', { 'AAAA six.example': ['2001:db8::1'] }, '2001:db8::1'],
  ['nx.example', {}, 'absent'],
  ['broken.example', { 'A broken.example': 'failure', 'AAAA broken.example': 'failure' }, 'failed'],
  ['[192.0.2.7]', {}, '192.0.2.7'],
  ['[nonsense]', {}, 'absent'],
  ['a b', {}, 'absent'],
  ['', {}, 'absent'],
];

const mailDomains: readonly (readonly [string, Readonly<Record<string, DnsAnswer>>, string])[] = [
  ['mx.example', { 'MX mx.example': ['10 in.mx.example'] }, 'in.mx.example'],
  ['host.example', { 'A host.example': ['192.0.2.1'] }, '192.0.2.1'],
  ['six.example', { 'AAAA six.example': ['2001:db8::1'] }, '2001:db8::1'],
  ['no-mail.example', { 'MX no-mail.example': ['0 .'], 'A no-mail.example': ['192.0.2.1'] }, 'absent'],
  ['nx.example', {}, 'absent'],
  ['broken.example', { 'MX broken.example': 'failure', 'A broken.example': ['192.0.2.1'] }, 'failed'],
  ['silent.example', { 'MX silent.example': 'silence' }, 'failed'],
  ['[192.0.2.7]', {}, '192.0.2.7'],
];

const names: readonly (readonly [string, Readonly<Record<string, DnsAnswer>>, string])[] = [
  [
    '192.0.2.7',
    { 'PTR 7.2.0.192.in-addr.arpa': ['mail.example'], 'A mail.example': ['192.0.2.7'] },
    'mail.example',
  ],
  [
    '192.0.2.7',
    { 'PTR 7.2.0.192.in-addr.arpa': ['victim.example'], 'A victim.example': ['192.0.2.1'] },
    'absent',
  ],
  ['192.0.2.7', { 'PTR 7.2.0.192.in-addr.arpa': ['nx.example'] }, 'absent'],
  ['192.0.2.7', {}, 'absent'],
  ['192.0.2.7', { 'PTR 7.2.0.192.in-addr.arpa': 'failure' }, 'failed'],
  ['192.0.2.7', { 'PTR 7.2.0.192.in-addr.arpa': 'silence' }, 'failed'],
  ['192.0.2.7', { 'PTR 7.2.0.192.in-addr.arpa': ['mail.example'], 'A mail.example': 'failure' }, 'failed'],
  ['nonsense', {}, 'absent'],
];

describe('questions to DNS', () => {
  let server: DnsServer | null = null;
  afterEach(() => {
    server?.close();
    server = null;
  });

  async function questions(table: Readonly<Record<string, DnsAnswer>>): Promise<DnsQuestions> {
    const started = await DnsServer.start(table);
    server = started;
    const servers = [started.address];
    const resolver = systemResolver({
      clock: systemClock,
      timeoutMs: 2_000,
      servers,
      hostsFile: '/nonexistent',
    });
    return new DnsQuestions({
      timeoutMs: 300,
      resolver,
      ...systemRecords(2_000, servers),
      clock: systemClock,
    });
  }

  for (const [what, table, expected] of listings) {
    it(`take ${what} from a list`, async () => {
      const answer = await (await questions(table)).listing('bl.example', '192.0.2.7');
      assert.equal(answer.kind === 'found' ? answer.value : answer.kind, expected);
    });
  }

  for (const [name, table, expected] of hosts) {
    it(`find ${expected} for the host ${JSON.stringify(name)}`, async () => {
      const answer = await (await questions(table)).host(name);
      assert.equal(answer.kind === 'found' ? answer.value : answer.kind, expected);
    });
  }

  for (const [name, table, expected] of mailDomains) {
    it(`find ${expected} for the mail domain ${name}`, async () => {
      const answer = await (await questions(table)).mailDomain(name);
      assert.equal(answer.kind === 'found' ? answer.value : answer.kind, expected);
    });
  }

  for (const [address, table, expected] of names) {
    it(`find ${expected} for the address ${address} with ${JSON.stringify(table)}`, async () => {
      const answer = await (await questions(table)).nameOf(address);
      assert.equal(answer.kind === 'found' ? answer.value : answer.kind, expected);
    });
  }

  it('share the answer to the same question, and keep it', async () => {
    const all = await questions({ [`A ${listed}`]: ['127.0.0.2'] });
    const [one, other] = await Promise.all([
      all.listing('bl.example', '192.0.2.7'),
      all.listing('bl.example.', '192.0.2.7'),
    ]);
    assert.deepEqual(one, other);
    assert.ok(!(all.listing('bl.example', '192.0.2.7') instanceof Promise));
  });

  it('fail at once when too many are under way', async () => {
    const all = await questions(
      Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`A h${index}.example`, 'silence'])),
    );
    const under = Array.from({ length: 100 }, (_, index) => all.host(`h${index}.example`));
    assert.deepEqual(all.host('h100.example'), {
      kind: 'failed',
      cause: 'too many questions to DNS are under way',
    });
    await Promise.all(under);
  });

  it('name what a list has for an address', () => {
    assert.equal(listedName('192.0.2.7', 'bl.example.'), listed);
    assert.equal(listedName('2001:db8::1', 'bl.example'), `1${'.0'.repeat(23)}.8.b.d.0.1.0.0.2.bl.example`);
    assert.equal(listedName('nonsense', 'bl.example'), null);
  });
});
