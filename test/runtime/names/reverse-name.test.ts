import assert from 'node:assert/strict';
import type { ReverseName } from '../../../lib/channel/reverse-name.js';
import { plausibleHostName } from '../../../runtime/names/host-name.js';
import { type NameResolver, systemResolver } from '../../../runtime/names/name-resolver.js';
import { ReverseNames } from '../../../runtime/names/reverse-name.js';
import { systemClock } from '../../../runtime/time/clock.js';
import { type DnsAnswer, DnsServer } from '../../support/dns-server.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('host-name', () => {
  const names: [string, string | null][] = [
    ['mail.example.', 'mail.example'],
    ['MAIL_1.Example', 'MAIL_1.Example'],
    ['localhost', 'localhost'],
    ['1-2-3-4.dsl.example', '1-2-3-4.dsl.example'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
    ['', null],
    ['.', null],
    ['a..b', null],
    ['-a.example', null],
    ['a-.example', null],
    ['192.0.2.1', null],
    ['[192.0.2.1]', null],
    ['2001:db8::1', null],
    ['a b.example', null],
    ['a\r\nb.example', null],
    ['a|b.example', null],
    ['a@b.example', null],
    ['müller.example', null],
    [`${'a'.repeat(64)}.example`, null],
    [`${'a.'.repeat(128)}`, null],
  ];
  for (const [written, name] of names) {
    it(`${name === null ? 'refuses' : 'takes'} ${JSON.stringify(written.slice(0, 30))}`, () => {
      assert.equal(plausibleHostName(written), name);
    });
  }
});

describe('reverse-name', () => {
  const folder = temporaryFolder();
  let clock: ManualClock;
  let server: DnsServer;
  beforeEach(() => {
    clock = new ManualClock();
  });
  afterEach(() => server.close());

  async function serve(table: Readonly<Record<string, DnsAnswer>>, hosts = ''): Promise<NameResolver> {
    server = await DnsServer.start(table);
    const hostsFile = folder.write('hosts', hosts);
    return systemResolver({ clock, timeoutMs: 60_000, servers: [server.address], hostsFile });
  }

  async function resolve(address: string, table: Readonly<Record<string, DnsAnswer>>): Promise<ReverseName> {
    const resolver = await serve(table);
    return new ReverseNames({ timeoutMs: 100, resolver, clock }).resolve(address);
  }

  const ptr4 = 'PTR 7.2.0.192.in-addr.arpa';
  const ptr6 = `PTR ${'7.0.0.0.'}${'0.0.0.0.'.repeat(5)}8.b.d.0.1.0.0.2.ip6.arpa`;

  const cases: [string, string, Readonly<Record<string, DnsAnswer>>, ReverseName][] = [
    [
      'a name that resolves back',
      '192.0.2.7',
      { [ptr4]: ['Mail.Example'], 'A mail.example': ['192.0.2.8', '192.0.2.7'] },
      { kind: 'confirmed', name: 'Mail.Example' },
    ],
    [
      'an IPv6 address in any spelling',
      '2001:DB8:0::0007',
      { [ptr6]: ['six.example'], 'AAAA six.example': ['2001:db8::7'] },
      { kind: 'confirmed', name: 'six.example' },
    ],
    [
      'an IPv4 address inside an IPv6 one',
      '::ffff:192.0.2.7',
      { [ptr4]: ['mail.example'], 'A mail.example': ['192.0.2.7'] },
      { kind: 'confirmed', name: 'mail.example' },
    ],
    [
      'the first confirmed one of several names',
      '192.0.2.7',
      {
        [ptr4]: ['z.example', 'b.example', 'a.example', 'c.example'],
        'A a.example': ['192.0.2.1'],
        'A c.example': ['192.0.2.7'],
        'A b.example': ['192.0.2.7'],
      },
      { kind: 'confirmed', name: 'b.example' },
    ],
    [
      'a name with other addresses',
      '192.0.2.7',
      { [ptr4]: ['bank.example'], 'A bank.example': ['192.0.2.9'] },
      { kind: 'unconfirmed', name: 'bank.example', cause: 'the name has other addresses' },
    ],
    [
      'a name without address',
      '192.0.2.7',
      { [ptr4]: ['void.example'] },
      { kind: 'unconfirmed', name: 'void.example', cause: 'the name has no address' },
    ],
    [
      'a name whose look-up fails',
      '192.0.2.7',
      { [ptr4]: ['down.example'], 'A down.example': 'failure' },
      {
        kind: 'unconfirmed',
        name: 'down.example',
        cause: 'the look-up of the name failed: ESERVFAIL',
        unanswered: ['down.example'],
      },
    ],
    ['no name', '192.0.2.7', {}, { kind: 'none', cause: 'the address has no name' }],
    [
      'a name server that fails',
      '192.0.2.7',
      { [ptr4]: 'failure' },
      { kind: 'none', cause: 'the look-up of the address failed: ESERVFAIL', unanswered: 'any' },
    ],
    [
      'a literal in disguise',
      '192.0.2.7',
      { [ptr4]: ['192.0.2.1'] },
      { kind: 'none', cause: 'the address has no usable name' },
    ],
    ['no address at all', 'unknown', {}, { kind: 'none', cause: 'the client has no IP address' }],
  ];
  for (const [name, address, table, expected] of cases) {
    it(`finds ${name}`, async () => {
      assert.deepEqual(await resolve(address, table), expected);
    });
  }

  it('examines five names at most', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `n${index + 10}.example`);
    await resolve('192.0.2.7', { [ptr4]: names });
    assert.deepEqual(
      server.questions.filter((one) => one.startsWith('A ')).sort(),
      names.slice(0, 5).map((one) => `A ${one}`),
    );
  });

  it('gives up after the time limit if the name server is silent', async () => {
    const resolver = await serve({ [ptr4]: 'silence' });
    const result = new ReverseNames({ timeoutMs: 100, resolver, clock }).resolve('192.0.2.7');
    await server.asked(ptr4);
    clock.advance(100);
    assert.deepEqual(await result, { kind: 'none', cause: 'no answer within 100 ms', unanswered: 'any' });
  });

  it('uses names confirmed within the time limit', async () => {
    const resolver = await serve({
      [ptr4]: ['a.example', 'b.example'],
      'A a.example': 'silence',
      'A b.example': ['192.0.2.7'],
    });
    let confirmed = (): void => {};
    const seen = new Promise<void>((done) => {
      confirmed = done;
    });
    const watching: NameResolver = {
      names: (octets) => resolver.names(octets),
      async addresses(name, family) {
        const addresses = await resolver.addresses(name, family);
        // The answer is processed after this function, so the test continues one turn later.
        setImmediate(confirmed);
        return addresses;
      },
    };
    const result = new ReverseNames({ timeoutMs: 100, resolver: watching, clock }).resolve('192.0.2.7');
    await seen;
    clock.advance(100);
    assert.deepEqual(await result, { kind: 'confirmed', name: 'b.example' });
  });

  it('returns an unconfirmed name after the time limit', async () => {
    const resolver = await serve({ [ptr4]: ['slow.example'], 'A slow.example': 'silence' });
    const result = new ReverseNames({ timeoutMs: 100, resolver, clock }).resolve('192.0.2.7');
    await server.asked('A slow.example');
    clock.advance(100);
    assert.deepEqual(await result, {
      kind: 'unconfirmed',
      name: 'slow.example',
      cause: 'no answer within 100 ms',
      unanswered: ['slow.example'],
    });
  });

  it('honours the hosts file, and notices its changes', async () => {
    const hosts = '192.0.2.7\tInside.Example other # ours\n::1 inside.example\n';
    const resolver = await serve({ [ptr4]: ['inside.example'] }, hosts);
    const ask = async (): Promise<ReverseName> =>
      new ReverseNames({ timeoutMs: 100, resolver, clock }).resolve('192.0.2.7');
    assert.deepEqual(await ask(), { kind: 'confirmed', name: 'Inside.Example' });
    assert.deepEqual(server.questions, []);
    folder.write('hosts', '');
    clock.advance(1000);
    assert.equal((await ask()).kind, 'unconfirmed');
    folder.write('hosts', '192.0.2.7 inside.example # in one direction DNS, in the other the file\n');
    clock.advance(1000);
    assert.equal((await ask()).kind, 'confirmed');
  });

  it('queries once for simultaneous requests for one address, and caches the answer for a minute', async () => {
    const resolver = await serve({ [ptr4]: ['mail.example'], 'A mail.example': ['192.0.2.7'] });
    const names = new ReverseNames({ timeoutMs: 100, resolver, clock });
    const [first, second] = await Promise.all([names.resolve('192.0.2.7'), names.resolve('192.0.2.7')]);
    assert.deepEqual(first, second);
    clock.advance(59_999);
    // A known name makes no promise.
    assert.deepEqual(names.resolve('192.0.2.7'), first);
    assert.equal(server.questions.length, 2);
    clock.advance(1);
    await names.resolve('192.0.2.7');
    assert.equal(server.questions.length, 4);
  });

  it('caches the absence of a name for a minute, and a failure for five seconds', async () => {
    for (const [table, time] of [
      [{}, 60_000],
      [{ [ptr4]: 'failure' }, 5_000],
    ] as const) {
      const resolver = await serve(table);
      const names = new ReverseNames({ timeoutMs: 100, resolver, clock });
      await names.resolve('192.0.2.7');
      const before = server.questions.length;
      clock.advance(time - 1);
      await names.resolve('192.0.2.7');
      assert.equal(server.questions.length, before);
      clock.advance(1);
      await names.resolve('192.0.2.7');
      assert.ok(server.questions.length > before);
      if (time === 60_000) server.close();
    }
  });
});

describe('name-resolver', () => {
  const pointer = 'PTR 7.2.0.192.in-addr.arpa';
  const octets = Uint8Array.of(192, 0, 2, 7);

  it('accepts a late answer, also after quick ones', async () => {
    const server = await DnsServer.start({
      [pointer]: ['quick.example'],
      'PTR 8.2.0.192.in-addr.arpa': { afterMs: 850, records: ['late.example'] },
    });
    const options = { clock: systemClock, timeoutMs: 1_000, servers: [server.address] };
    const resolver = systemResolver(options);
    for (let time = 0; time < 10; time += 1) await resolver.names(octets);
    assert.deepEqual(await resolver.names(Uint8Array.of(192, 0, 2, 8)), ['late.example']);
    server.close();
  });

  it('queries the next server if the first is silent', async () => {
    const silent = await DnsServer.start({ [pointer]: 'silence' });
    const other = await DnsServer.start({ [pointer]: ['mail.example'] });
    const servers = [silent.address, other.address];
    const resolver = systemResolver({ clock: systemClock, timeoutMs: 600, servers });
    assert.deepEqual(await resolver.names(octets), ['mail.example']);
    silent.close();
    other.close();
  });
});
