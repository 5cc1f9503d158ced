/*
 * Functions of the site in a real Haraka: what they give, and that neither errors nor endless loops stop other mail.
 */
import assert from 'node:assert/strict';
import { exampleFile, type Gateway, startGateway } from './support/gateway.js';
import { connect, type SmtpClient } from './support/smtp-client.js';

const STRANGER = '127.0.2.1';

/** The tables of the example, with two entries before the only one. */
const tables = exampleFile('mappings').replace(
  /^ *tcp_local/m,
  (entry) => `  *|*|*|ann@domain.com  $C$[my_check,refused,$1]$N$E
  *|*|*|bob@domain.com  $C$[/site/lib/my_check.so,refused,$1]$N$E
${entry}`,
);

function file(word: string): string {
  return `const { setTimeout } = require('node:timers/promises');
module.exports = {
  async refused(sender) {
    await setTimeout(1);
    switch (sender.split('@')[0]) {
      case 'bad': return '${word} $Y ' + sender;
      case 'throws': throw new Error('broken here');
      case 'loops': for (;;);
      case 'exits': process.exit(1);
      case 'number': return 5;
      case 'long': return 'x'.repeat(1001);
      case 'lines': return 'a\\r\\n250 b';
      case 'fills': { const all = []; for (;;) all.push(new Array(100000).fill(sender + all.length)); }
      default: return false;
    }
  },
};
`;
}

describe('functions of the site', () => {
  let gateway: Gateway;
  before(async () => {
    gateway = await startGateway({
      mappings: tables,
      settings: 'reload: { settle: 0.05 }\nroutines: { my_check: my-check.js }\n',
      config: { 'pmdf/my-check.js': file('Refused') },
    });
  });
  after(() => gateway?.stop());

  async function begin(from: string): Promise<SmtpClient> {
    const client = await connect({ port: gateway.port, localAddress: STRANGER });
    await client.ehlo();
    await client.mail(from);
    return client;
  }

  async function answer(from: string, to = 'ann@domain.com'): Promise<string> {
    const client = await begin(from);
    const { lines } = await client.rcpt(to);
    await client.quit();
    return lines.join('\n');
  }

  it('refuse with their text, in which a dollar means nothing', async () => {
    assert.equal(
      await answer('bad@client.example'),
      '550 5.7.1 Refused $Y bad@client.example: ann@domain.com',
    );
    assert.match(await answer('bad@client.example', 'bob@domain.com'), /^550 5\.7\.1 Refused/);
  });

  it('let the next entries decide when they fail', async () => {
    assert.match(await answer('good@client.example'), /^250 /);
  });

  for (const sender of ['throws', 'number', 'long', 'lines', 'exits', 'fills']) {
    it(`defer when something is wrong: ${sender}`, async () => {
      assert.match(await answer(`${sender}@client.example`), /^451 /);
      assert.match(await answer('good@client.example'), /^250 /);
    });
  }

  it('defer after an endless loop, while other mail goes on', async () => {
    const stuck = await begin('loops@client.example');
    let isOver = false;
    const late = stuck.rcpt('ann@domain.com').then(({ code }) => {
      isOver = true;
      return code;
    });
    const other = await begin('good@client.example');
    assert.equal((await other.rcpt('postmaster@domain.com')).code, 250);
    assert.equal(isOver, false);
    assert.equal(await late, 451);
    await Promise.all([stuck.quit(), other.quit()]);
    assert.match(await answer('bad@client.example'), /^550 /);
  });

  it('are read again when their file changes; a file with an error changes nothing', async () => {
    gateway.replaceFile('my-check.js', file('No'));
    await gateway.waitForLog('policy 2 is in force');
    assert.match(await answer('bad@client.example'), /^550 5\.7\.1 No \$Y/);
    gateway.replaceFile('my-check.js', 'module.exports = {\n  refused( { }\n};\n');
    const log = await gateway.waitForLog('policy 2 stays in force');
    assert.match(log, /config\/pmdf\/my-check\.js:3:1: error: .*\[file\/routine\]/);
    assert.match(await answer('bad@client.example'), /^550 5\.7\.1 No \$Y/);
  });
});
