/*
 * pmdf/watch on its own server: metrics and page while a client is accepted, refused and deferred.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { itWith } from '../../support/programs.js';
import { projectRoot } from '../../support/project-root.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import { allPlugins, exampleFile, type Gateway, startGateway } from '../support/gateway.js';
import { until } from '../support/until.js';
import { ask, pageOf } from './support/ask.js';

const plugins = [...allPlugins, 'pmdf/watch'];
const settings = "watch: { listen: '127.0.0.1:0', decisions: 5 }\n";
/** From outside, messages of one recipient only. */
const cnf = exampleFile('pmdf.cnf').replace(/^tcp_local /m, 'tcp_local recipientlimit 1 ');

function member(value: unknown, name: string): unknown {
  return Reflect.get(Object(value), name);
}

async function stateOf(page: string): Promise<unknown> {
  return JSON.parse((await ask(`${page}state`)).text);
}

const from = 'a@client.example';
const outside = '127.0.2.1';

describe('pmdf/watch', () => {
  let gateway: Gateway;
  let page: string;

  before(async () => {
    gateway = await startGateway({ plugins, settings, cnf });
    page = await pageOf(gateway);
    const send = (...to: readonly [string, ...string[]]) =>
      deliver({ port: gateway.port, localAddress: outside, from, to, message: sampleMessage('watch') });
    await send('bob@domain.com', 'carol@domain.com');
    await send('x@elsewhere.example');
    await send('"<script>"@elsewhere.example');
  });
  after(async () => {
    await gateway?.stop();
  });

  it('counts decisions by channel, table, entry and verdict, without any address', async () => {
    const { text, headers } = await ask(new URL('/metrics', page).href);
    assert.match(headers['content-type'] ?? '', /^text\/plain; version=0\.0\.4/);
    assert.match(
      text,
      /^pmdf_decisions_total\{stage="recipient",source="tcp_local",destination="l",table="[^"]*",entry="[^"]*",verdict="accepted"\} 1$/m,
    );
    assert.match(
      text,
      /^pmdf_decisions_total\{stage="recipient",source="tcp_local",destination="tcp_local",table="ORIG_SEND_ACCESS",entry="mappings:\d+",verdict="refused"\} 2$/m,
    );
    assert.match(
      text,
      /^pmdf_decisions_total\{stage="limit",source="tcp_local",destination="",table="",entry="recipientlimit of tcp_local",verdict="deferred"\} 1$/m,
    );
    assert.match(text, /^pmdf_deferrals_total\{stage="limit",cause="limit"\} 1$/m);
    assert.match(text, /^pmdf_connections_total\{channel="tcp_local"\} 3$/m);
    assert.match(text, /^pmdf_deliveries_total\{channel="l",outcome="delivered"\} 1$/m);
    assert.match(text, /^pmdf_decision_seconds_count\{stage="recipient"\} \d+$/m);
    assert.match(text, /^pmdf_policy_last_load_successful 1$/m);
    assert.match(text, /^pmdf_held_messages 0$/m);
    assert.doesNotMatch(text, /example|bob|127\.0\.2\.1/);
  });

  itWith(['promtool'], 'has metrics that promtool finds right', async () => {
    const { text } = await ask(new URL('/metrics', page).href);
    const said = execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    assert.equal(said, '');
  });

  it('has every metric that the dashboard and the alert rules name', async () => {
    const { text } = await ask(new URL('/metrics', page).href);
    const known = new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    for (const file of ['grafana/dashboard.json', 'prometheus/alerts.yml']) {
      const written = readFileSync(join(projectRoot, 'contrib', file), 'utf8');
      const named = [...written.matchAll(/pmdf_[a-z_]+/g)].map(([name]) => name);
      const missing = named.filter((name) => !known.has(name.replace(/_(?:bucket|count|sum)$/, '')));
      assert.ok(named.length > 3, file);
      assert.deepEqual([...new Set(missing)], [], file);
    }
  });

  it('shows the matrix and the last decisions', async () => {
    const state = await stateOf(page);
    const recent: unknown = member(state, 'recent');
    assert.ok(Array.isArray(recent));
    const refused: unknown = recent.find((one) => member(one, 'to') === 'x@elsewhere.example');
    assert.deepEqual(
      ['client', 'source', 'destination', 'verdict'].map((name) => member(refused, name)),
      [outside, 'tcp_local', 'tcp_local', 'refused'],
    );
    assert.match(String(member(refused, 'reply')), /^550 5\.7\.1 /);
    const limited: unknown = recent.find((one) => member(one, 'stage') === 'limit');
    assert.deepEqual(
      ['client', 'from', 'to', 'entry', 'reply'].map((name) => member(limited, name)),
      [
        outside,
        from,
        'carol@domain.com',
        'recipientlimit of tcp_local',
        '452 4.2.3 too many recipients specified',
      ],
    );
    const matrix: unknown = member(state, 'matrix');
    assert.ok(Array.isArray(matrix));
    assert.deepEqual(
      matrix.find((one) => member(one, 'destination') === 'l'),
      { source: 'tcp_local', destination: 'l', accepted: 1, refused: 0, deferred: 0 },
    );
  });

  it('sends the state as it changes', async () => {
    const request = http.get(`${page}events`, { agent: false });
    const events: string[] = [];
    request.on('response', (response) => {
      response.setEncoding('utf8');
      response.on('data', (text: string) => events.push(text));
    });
    try {
      await until(
        () => events.join('').includes('\n\n'),
        5_000,
        () => 'a first event',
      );
      await deliver({
        port: gateway.port,
        localAddress: outside,
        from,
        to: ['later@elsewhere.example'],
        message: sampleMessage('watch'),
      });
      await until(
        () => events.join('').includes('later@elsewhere.example'),
        5_000,
        () => 'an event with the decision',
      );
    } finally {
      request.destroy();
    }
  });

  const requests: readonly (readonly [
    what: string,
    path: string,
    options: http.RequestOptions,
    code: number,
  ])[] = [
    ['the page', '/pmdf/', {}, 200],
    ['its style', '/pmdf/watch.css', {}, 200],
    ['its script', '/pmdf/watch.mjs', {}, 200],
    ['what the script imports', '/pmdf/elements.mjs', {}, 200],
    ['the script for waiting mail', '/pmdf/waiting-mail.mjs', {}, 200],
    ['the root', '/', {}, 302],
    ['a path above the page', '/pmdf/../../package.json', {}, 404],
    ['an encoded path', '/pmdf/%2e%2e/index.ts', {}, 404],
    ['a change', '/pmdf/', { method: 'POST' }, 405],
    ['a foreign Host', '/pmdf/', { headers: { host: 'attacker.example' } }, 403],
    ['a Host of another address', '/metrics', { headers: { host: '192.0.2.1' } }, 403],
    ['a proxy', '/metrics', { headers: { 'x-forwarded-for': '192.0.2.1' } }, 403],
    ['localhost', '/metrics', { headers: { host: 'localhost:8925' } }, 200],
    ['a link of another site', '/pmdf/', { headers: { 'sec-fetch-site': 'cross-site' } }, 200],
    ['events for another site', '/pmdf/events', { headers: { 'sec-fetch-site': 'cross-site' } }, 403],
    ['the state for a site beside', '/pmdf/state', { headers: { 'sec-fetch-site': 'same-site' } }, 403],
    ['HEAD of the events', '/pmdf/events', { method: 'HEAD' }, 200],
  ];
  for (const [what, path, options, code] of requests) {
    it(`answers ${what} with ${code}, and with safe headers`, async () => {
      const { port, hostname } = new URL(page);
      const answer = await ask(page, { ...options, host: hostname, port, path });
      assert.equal(answer.code, code);
      assert.match(
        String(answer.headers['content-security-policy']),
        /^default-src 'none'; script-src 'self';/,
      );
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    });
  }

  const relaying = { client: outside, from, to: 'x@elsewhere.example' };
  const explain = (fields: Readonly<Record<string, string>>, headers: http.OutgoingHttpHeaders = {}) =>
    ask(`${page}explain?${new URLSearchParams(fields)}`, { headers });

  const explained: readonly (readonly [string, Readonly<Record<string, string>>, number, RegExp])[] = [
    ['a session', relaying, 200, /550 5\.7\.1 Relaying not permitted/],
    ['one with the null sender', { ...relaying, from: '' }, 200, /^from <>\n/m],
    ['one without a client', { from, to: 'bob@domain.com' }, 200, /`--client` is needed/],
    [
      'one with an option for a client',
      { ...relaying, client: '--config=/etc' },
      200,
      /`--client` is an IP address/,
    ],
    ['one with NUL', { ...relaying, from: 'a\0b@c.example' }, 400, /NUL/],
    ['a long one', { ...relaying, to: 'a'.repeat(1_001) }, 400, /more than 1000 characters/],
  ];
  for (const [what, fields, code, text] of explained) {
    it(`explains ${what} with ${code}`, async () => {
      const answer = await explain(fields);
      assert.match(answer.text, text);
      assert.equal(answer.code, code);
    });
  }

  it('explains nothing for a page of another site, and no more than two sessions at once', async () => {
    assert.equal((await explain(relaying, { 'sec-fetch-site': 'cross-site' })).code, 403);
    assert.equal((await explain(relaying, { 'sec-fetch-site': 'same-origin' })).code, 200);
    const codes = await Promise.all([1, 2, 3].map(async () => (await explain(relaying)).code));
    assert.deepEqual(codes.toSorted(), [200, 200, 503]);
  });

  it('keeps no more decisions than it is told to, and none for 0', async () => {
    assert.equal(
      ((await stateOf(page).then((state) => member(state, 'recent'))) as unknown[]).length <= 5,
      true,
    );
    gateway.replaceFile(
      'pmdf.yaml',
      gateway.configText('pmdf/pmdf.yaml').replace('decisions: 5', 'decisions: 0'),
    );
    await gateway.waitForLog('policy 2 is in force');
    assert.deepEqual(member(await stateOf(page), 'recent'), []);
  });

  it('shows a reload with errors, and what stays in force', async () => {
    gateway.replaceFile(
      'mappings',
      'ORIG_SEND_ACCESS\n\n  tcp_local|*|tcp_local|*  $Nno\n  tcp_local|*|*|*  $Nno$\n',
    );
    await gateway.waitForLog('stays in force');
    const last = member(await stateOf(page), 'lastLoad');
    assert.equal(member(last, 'isInForce'), false);
    assert.match(String(member(last, 'findings')), /mappings:\d+/);
    assert.match((await ask(new URL('/metrics', page).href)).text, /^pmdf_policy_last_load_successful 0$/m);
  });
});

describe('pmdf/watch with several processes', () => {
  let gateway: Gateway;

  before(async () => {
    gateway = await startGateway({ plugins, settings, nodes: 2 });
  });
  after(async () => {
    await gateway?.stop();
  });

  it('adds up what all of them have seen, also what one that has ended had seen', async () => {
    const page = await pageOf(gateway);
    const send = () =>
      deliver({
        port: gateway.port,
        localAddress: outside,
        from,
        to: ['x@elsewhere.example'],
        message: sampleMessage('watch'),
      });
    for (let count = 0; count < 6; count += 1) await send();
    const refused = async (): Promise<number> => {
      const { text } = await ask(new URL('/metrics', page).href);
      return Number(/entry="mappings:\d+",verdict="refused"\} (\d+)$/m.exec(text)?.[1]);
    };
    assert.equal(await refused(), 6);
    const { text } = await ask(new URL('/metrics', page).href);
    assert.match(text, /^pmdf_policy_processes\{hash="[0-9a-f]+"\} 2$/m);
    const worker = /worker started.*pid="?(\d+)/.exec(gateway.log())?.[1];
    process.kill(Number(worker), 'SIGKILL');
    await until(
      async () => (await ask(new URL('/metrics', page).href)).text.includes('"} 2'),
      10_000,
      () => 'another worker',
    );
    assert.equal(await refused(), 6);
  });
});
