/*
 * The page of pmdf/watch for other hosts: user and password of the service HTTP, guessing, and listening without passwords. What
 * comes through a proxy on this host is from elsewhere, so no second host is needed.
 */
import assert from 'node:assert/strict';
import { passwordText } from '../auth/install.js';
import { allPlugins, type Gateway, startGateway } from '../support/gateway.js';
import { ask, pageOf } from './support/ask.js';

const plugins = [...allPlugins, 'pmdf/watch'];
const proxied = { 'x-forwarded-for': '192.0.2.9', host: 'gateway.domain.com' };

function basic(user: string, password: string): Record<string, string> {
  return { ...proxied, authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

describe('the page of pmdf/watch for other hosts', () => {
  let gateway: Gateway;
  let page: string;

  before(async () => {
    gateway = await startGateway({
      plugins,
      settings: "watch: { listen: '0.0.0.0:0' }\nauth: { failures: 4, forget_seconds: 3600 }\n",
      config: {
        'pmdf/passwords': await passwordText({ 'jane HTTP': 'right', bob: 'mail' }),
      },
    });
    page = (await pageOf(gateway)).replace('0.0.0.0', '127.0.0.1');
  });
  after(async () => {
    await gateway?.stop();
  });

  it('says at start that the password can be read on the way', async () => {
    await gateway.waitForLog(/other hosts need user and password: over HTTP without TLS/);
  });

  it('needs no password on this host', async () => {
    assert.equal((await ask(page)).code, 200);
  });

  const rows: readonly (readonly [what: string, headers: Record<string, string>, code: number])[] = [
    ['no password', proxied, 401],
    ['the right password', basic('jane', 'right'), 200],
    ['the user in capitals', basic('JANE', 'right'), 200],
    ['a password for mail', basic('bob', 'mail'), 401],
    ['a wrong password', basic('jane', 'wrong'), 401],
    ['an unknown user', basic('nobody', 'right'), 401],
    ['an empty password', basic('jane', ''), 401],
    ['no user', basic('', 'right'), 401],
    ['another scheme', { ...proxied, authorization: 'Bearer abc' }, 401],
    ['what is not base64', { ...proxied, authorization: 'Basic %%%' }, 401],
    ['a password too long', basic('jane', 'x'.repeat(2_000)), 401],
    [
      'the right password from a page of another site',
      { ...basic('jane', 'right'), 'sec-fetch-site': 'cross-site' },
      403,
    ],
  ];
  for (const [what, headers, code] of rows) {
    it(`answers ${what} with ${code}`, async () => {
      const answer = await ask(`${page}state`, { headers });
      assert.equal(answer.code, code);
      assert.equal(answer.headers['www-authenticate'] !== undefined, code === 401);
      assert.equal(/policyHashes/.test(answer.text), code === 200);
    });
  }

  /** What a change is asked for with, beside what makes it right; and the code. */
  const changes: readonly (readonly [
    what: string,
    given: { headers?: Record<string, string>; body?: string; method?: string; token?: string | null },
    code: number,
  ])[] = [
    ['nothing wrong', {}, 200],
    ['no password, on this host', { headers: {} }, 401],
    ['no password, from elsewhere', { headers: proxied }, 401],
    ['no token', { token: null }, 403],
    ['a wrong token', { token: 'x'.repeat(32) }, 403],
    [
      'a page of another site',
      { headers: { ...basic('jane', 'right'), 'sec-fetch-site': 'cross-site' } },
      403,
    ],
    ['a link', { method: 'GET' }, 405],
    ['no JSON', { body: 'of=queue' }, 400],
    ['null', { body: 'null' }, 400],
    ['another command', { body: '{"of":"password","action":"set","name":"jane"}' }, 400],
    ['another action', { body: '{"of":"held","action":"hold","name":"A"}' }, 400],
    ['an option for an id', { body: '{"of":"queue","action":"delete","name":"--older=0m"}' }, 400],
    ['a path for an id', { body: '{"of":"queue","action":"delete","name":"../x"}' }, 400],
    ['no id', { body: '{"of":"queue","action":"delete","name":""}' }, 400],
    ['a long body', { body: 'x'.repeat(10_000) }, 413],
  ];
  for (const [what, { headers = basic('jane', 'right'), body, method = 'POST', token }, code] of changes) {
    it(`answers a change with ${what} with ${code}`, async () => {
      const given = token === undefined ? (await ask(`${page}token`)).text : token;
      const answer = await ask(
        `${page}change`,
        { method, headers: given === null ? headers : { ...headers, 'x-pmdf-token': given } },
        body ?? (method === 'GET' ? '' : '{"of":"queue","action":"hold","name":"no-such-message"}'),
      );
      assert.equal(answer.code, code, answer.text);
      if (code !== 200) return;
      await gateway.waitForLog(
        /change from the page: client=127\.0\.0\.1 user="jane" asked=.*no-such-message.* outcome="not done"/,
      );
      assert.deepEqual(Reflect.get(JSON.parse(answer.text), 'missing'), ['no-such-message']);
    });
  }

  // Three have failed above.
  it('checks one more guess of many at once, and then refuses the address, but not who was right', async () => {
    const guesses = Array.from({ length: 8 }, (_, index) =>
      ask(page, { headers: basic('jane', `guess${index}`) }),
    );
    const codes = (await Promise.all(guesses)).map(({ code }) => code).sort();
    assert.deepEqual(codes, [401, 429, 429, 429, 429, 429, 429, 429]);
    assert.equal((await ask(page, { headers: basic('bob', 'mail') })).code, 429);
    assert.equal((await ask(page, { headers: basic('jane', 'right') })).code, 200);
    assert.match(gateway.log(), /wrong password for the page, client=127\.0\.0\.1 user="jane"/);
    assert.doesNotMatch(gateway.log(), /guess\d|amFuZT/);
  });
});

it('the page of pmdf/watch is not on an address for other hosts while nobody has a password for HTTP', async () => {
  const gateway = await startGateway({
    plugins,
    settings: "watch: { listen: '0.0.0.0:0' }\n",
    config: { 'pmdf/passwords': await passwordText({ bob: 'mail' }) },
  });
  try {
    await gateway.waitForLog(
      /no page and no metrics: 0\.0\.0\.0:0 is reached from other hosts, and nobody has a password for the service HTTP; set one with `pmdf password set --service HTTP USER`/,
    );
    assert.doesNotMatch(gateway.log(), /the page is at/);
  } finally {
    await gateway.stop();
  }
});
