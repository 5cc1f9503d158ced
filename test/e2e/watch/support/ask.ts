/*
 * Requests to the page.
 */
import http from 'node:http';
import type { Gateway } from '../../support/gateway.js';

export interface Answer {
  readonly code: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

export function ask(url: string, options: http.RequestOptions = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent: false, ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (more: string) => {
        text += more;
      });
      response.on('end', () => resolve({ code: response.statusCode ?? 0, headers: response.headers, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Where the page of a gateway with a server of its own is. */
export async function pageOf(gateway: Gateway): Promise<string> {
  const found = /the page is at (http:\S+\/pmdf\/),/;
  return found.exec(await gateway.waitForLog(found))?.[1] ?? '';
}
