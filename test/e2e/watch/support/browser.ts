/*
 * Debian's Chromium, and one page in it with everything that went wrong on it.
 */
import { existsSync } from 'node:fs';
import { source as axeSource } from 'axe-core';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

const chromium = '/usr/bin/chromium';

/** Starts it; rejects with the name of the package where it is missing. */
export async function startBrowser(): Promise<Browser> {
  if (!existsSync(chromium)) throw new Error(`${chromium} is missing: install the Debian package chromium`);
  // Root may not have its sandbox, and a container has little shared memory.
  return puppeteer.launch({
    executablePath: chromium,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
}

/** Opens a page; `troubles` gets errors of the console, of scripts and of requests, and dialogs. */
export async function openPage(browser: Browser, url: string, troubles: string[]): Promise<Page> {
  const page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warn') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('requestfailed', (request) => troubles.push(`${request.url()} failed`));
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.url()} ${response.status()}`);
  });
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return page;
}

/** What axe finds wrong, one line for each element. */
export async function accessibilityFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const found: unknown = await page.evaluate(
    'axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html.slice(0, 200))))',
  );
  return Array.isArray(found) ? found.map(String) : [String(found)];
}

/** The text of an element. */
export async function textOf(page: Page, selector: string): Promise<string> {
  const found = await page.$(selector);
  if (found === null) throw new Error(`nothing matches ${selector}`);
  return String(await page.evaluate((element) => element.textContent, found));
}
