/*
 * The page of pmdf/watch in Chromium: hostile envelopes, forms by keyboard, accessibility, light and dark, wide and narrow. With
 * PMDF_SCREENSHOTS=FOLDER it writes the pictures of docs/ there.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { passwordText } from '../auth/install.js';
import { deliver, sampleMessage } from '../support/deliver.js';
import { allPlugins, exampleFile, type Gateway, startGateway } from '../support/gateway.js';
import { pageOf } from './support/ask.js';
import { accessibilityFindings, openPage, startBrowser, textOf } from './support/browser.js';

const outside = '127.0.2.1';
const from = 'ann@client.example';
const hostile = [
  '"<script>alert(1)</script>"@elsewhere.example',
  '"<img/src=x/onerror=alert(1)>"@elsewhere.example',
  `"'&quot;><b>bold"@elsewhere.example`,
  '"</td></tr></table>"@elsewhere.example',
  '"\u202egnp.elsewhere"@elsewhere.example',
];

const mappings = `${exampleFile('mappings')}
FROM_ACCESS

  *|tcp_local|shadow@client.example|   $NSender$ unwelcome

SEND_ACCESS

  *|*|l|held@domain.com   $Y$H
`;
const settings = "watch: { listen: '127.0.0.1:0' }\nshadow: { tables: [FROM_ACCESS] }\n";

const looks = [
  { scheme: 'light', width: 1280, height: 900 },
  { scheme: 'light', width: 390, height: 844 },
  { scheme: 'dark', width: 1280, height: 900 },
  { scheme: 'dark', width: 390, height: 844 },
] as const;

async function lookAs(page: Page, { scheme, width, height }: (typeof looks)[number]): Promise<void> {
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
}

describe('the page of pmdf/watch in Chromium', () => {
  const troubles: string[] = [];
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;

  /** Waits until a condition in the page's language holds. */
  const until = (condition: string): Promise<unknown> => page.waitForFunction(condition, { timeout: 30_000 });
  const send = (to: readonly string[], localAddress = outside, sender = from) =>
    deliver({ port: gateway.port, localAddress, from: sender, to, message: sampleMessage('watch') });
  /** Presses Tab until the focus is on a match. */
  const tabTo = async (selector: string): Promise<void> => {
    for (let count = 0; count < 60; count += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
    }
    throw new Error(`Tab does not reach ${selector}`);
  };

  before(async () => {
    gateway = await startGateway({
      plugins: [...allPlugins, 'pmdf/watch'],
      mappings,
      settings,
      config: { 'pmdf/passwords': await passwordText({ 'ann HTTP': 'apples' }) },
    });
    browser = await startBrowser();
    page = await openPage(browser, await pageOf(gateway), troubles);
    await page.authenticate({ username: 'ann', password: 'apples' });
    await send(hostile);
    await send(['bob@domain.com', 'held@domain.com']);
    await send(['bob@domain.com'], outside, 'shadow@client.example');
    await send(['bob@other.example'], '127.0.1.5');
    await send(['victim@elsewhere.example']);
  });
  after(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  it('shows a refused relay with its entry, without being loaded again', async () => {
    await until("document.querySelector('#recent')?.textContent.includes('victim@elsewhere.example')");
    const rows = await page.$$eval('#recent tbody tr', (all) => all.map((row) => row.textContent));
    const refused = rows.find((row) => row?.includes('victim@elsewhere.example'));
    assert.match(refused ?? '', /refused.*127\.0\.2\.1.*mappings:\d+.*550 5\.7\.1/);
  });

  it('shows hostile envelopes as text', async () => {
    const shown = await textOf(page, '#recent');
    for (const one of hostile) {
      const written = one.replace('\u202e', '\\u202e');
      assert.ok(shown.includes(written), `${written} in ${shown}`);
    }
    assert.equal(await page.$$eval('#recent :is(script, img, b, table)', (all) => all.length), 0);
  });

  it('shows what a table in shadow would have done, and what is held', async () => {
    assert.match(
      await textOf(page, '#shadowed'),
      /shadow@client\.example.*accepted.*FROM_ACCESS mappings:\d+: reject, 550 5\.7\.1 Sender unwelcome/,
    );
    assert.match(await textOf(page, '#held'), /^1 message is held/);
    assert.match(await textOf(page, '#newest-held'), /\.HELD/);
  });

  it('is used by keyboard: filter, a decision, an entry, the form', async () => {
    await tabTo('#text');
    await page.keyboard.type('victim@');
    assert.equal((await page.$$('#recent tbody tr')).length, 1);
    await tabTo('#recent button.place');
    await page.keyboard.press('Enter');
    await until("!document.querySelector('#entry').hidden");
    assert.match(await textOf(page, '#entry'), /^ORIG_SEND_ACCESS in .*^> +\d+ .*Relaying/ms);
    await page.focus('#text');
    await tabTo('#recent button:not(.place)');
    await page.keyboard.press('Enter');
    await until("/550 5\\.7\\.1/.test(document.querySelector('#explained').textContent)");
    await page.focus('#session [name=client]');
    await page.keyboard.down('Control');
    await page.keyboard.press('a');
    await page.keyboard.up('Control');
    await page.keyboard.type('127.0.1.5');
    await page.keyboard.press('Enter');
    await until("/127\\.0\\.1\\.5/.test(document.querySelector('#explained').textContent)");
    assert.doesNotMatch(await textOf(page, '#explained'), /550 5\.7\.1/);
    await page.focus('#text');
    for (let count = 0; count < 'victim@'.length; count += 1) await page.keyboard.press('Backspace');
  });

  it('leaves the focus on the button of an entry while the page is brought up to date', async () => {
    // At once: an update between finding and focusing would replace the button.
    await page.evaluate("document.querySelector('#entries button').focus()");
    const before = JSON.stringify(await textOf(page, '#state'));
    await until(`document.querySelector('#state').textContent !== ${before}`);
    assert.equal(await page.evaluate("document.activeElement.matches('#entries button')"), true);
  });

  it('draws the policy', async () => {
    await page.focus('#draw-matrix');
    await page.keyboard.press('Enter');
    await until("document.querySelector('#drawn-matrix').textContent.includes('tcp_local')");
    await page.focus('#draw-svg');
    await page.keyboard.press('Enter');
    await until("document.querySelector('#drawn-svg img')?.naturalWidth > 100");
  });

  it('stops a channel, shows its mail, and starts it again', async () => {
    await page.select('#channel', 'tcp_local');
    await page.focus('#channel-change button[value=stop]');
    await page.keyboard.press('Enter');
    await until("document.querySelector('#mail-note').textContent === 'tcp_local: done'");
    await send(['rests@other.example'], '127.0.1.5');
    const rests = "/stopped.*rests@other\\.example/.test(document.querySelector('#mail').textContent)";
    await page.waitForFunction(`document.querySelector('#list-mail').click() ?? ${rests}`, { polling: 500 });
    const count = gateway.sinks.tcp_local.messages.length;
    await page.focus('#channel-change button[value=start]');
    await page.keyboard.press('Enter');
    await until("document.querySelector('#mail-note').textContent === 'tcp_local: done'");
    await gateway.sinks.tcp_local.waitForMessages(count + 1);
  });

  it('releases a held message', async () => {
    await page.focus('#list-mail');
    await page.keyboard.press('Enter');
    await until("document.querySelector('#mail [aria-label^=Release]')");
    const count = gateway.sinks.l.messages.length;
    await page.focus('#mail [aria-label^=Release]');
    await page.keyboard.press('Enter');
    await until("/: done$/.test(document.querySelector('#mail-note').textContent)");
    const [released] = (await gateway.sinks.l.waitForMessages(count + 1)).slice(count);
    assert.deepEqual(released?.envelopeTo, ['held@domain.com']);
  });

  for (const look of looks) {
    it(`is accessible in ${look.scheme} at ${look.width} pixels, and scrolls only up and down`, async () => {
      await lookAs(page, look);
      assert.deepEqual(await accessibilityFindings(page), []);
      const over = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      assert.equal(over, 0);
    });
  }

  it('has no error in its console, no failed request, no dialog', () => {
    assert.deepEqual(troubles, []);
  });

  const folder = process.env['PMDF_SCREENSHOTS'];
  if (folder !== undefined) {
    it('is in the pictures', async () => {
      await page.goto('about:blank');
      await page.goto(await pageOf(gateway));
      await until("document.querySelector('#recent')?.textContent.includes('victim@elsewhere.example')");
      for (const [name, look] of [
        ['watch', looks[0]],
        ['watch-phone', looks[3]],
      ] as const) {
        await lookAs(page, look);
        await page.screenshot({ path: path.join(folder, `${name}.png`) });
      }
    });
  }
});
