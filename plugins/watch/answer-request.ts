/*
 * Answers the requests for the page, its parts, the state and the metrics. A request from elsewhere needs user and password, and so
 * does one that changes something, from wherever: others than the postmaster may have accounts on this host.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { quotedField } from '../../lib/smtp/index.js';
import { packageFolder } from '../../runtime/files/index.js';
import type { Explained } from './explain-session.js';
import { type Admission, userIn } from './login.js';
import { isOfOurPage, originOf } from './permit.js';
import type { Printed } from './run-command.js';
import type { MailAnswer, WaitingMail } from './waiting-mail.js';

/** What requests are answered from. */
export interface WatchSource {
  /** In Prometheus' text format, and its media type. */
  metrics(): Promise<{ readonly text: string; readonly type: string }>;
  state(): Promise<object>;
  /** What `pmdf explain` says of a session. */
  explain(query: URLSearchParams): Promise<Explained>;
  /** What `pmdf show` draws of the policy. */
  draw(form: 'matrix' | 'svg'): Promise<Printed>;
  /** Mail that waits, and changes to it. */
  readonly mail: Pick<WaitingMail, 'list' | 'token' | 'isToken' | 'change'>;
  /** The line of an entry with its neighbours; null if there is no such entry. */
  entry(place: string): string | null;
  /** Sends events from now on; false if there are too many pages. */
  follow(response: ServerResponse): boolean;
  /** Decides on a request from elsewhere. */
  admit(address: string, authorization: string | undefined): Promise<Admission>;
  logNotice(message: string): void;
  logError(message: string): void;
}

/** The headers of every answer: a browser loads nothing from elsewhere, runs only our script, and keeps nothing. */
const safeHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

interface PagePart {
  readonly type: string;
  readonly body: Buffer;
}

function pagePart(file: string, type: string): PagePart {
  const body = readFileSync(join(packageFolder, 'dist', 'packed', 'watch-page', file));
  return { type: `${type}; charset=utf-8`, body };
}

const parts: ReadonlyMap<string, PagePart> = new Map([
  ['/pmdf/', pagePart('index.html', 'text/html')],
  ['/pmdf/watch.css', pagePart('watch.css', 'text/css')],
  ['/pmdf/watch.mjs', pagePart('watch.mjs', 'text/javascript')],
  ['/pmdf/elements.mjs', pagePart('elements.mjs', 'text/javascript')],
  ['/pmdf/waiting-mail.mjs', pagePart('waiting-mail.mjs', 'text/javascript')],
  ['/pmdf/icon.svg', pagePart('icon.svg', 'image/svg+xml')],
]);

function send(response: ServerResponse, code: number, type: string, body: string | Buffer): void {
  response.writeHead(code, { 'content-type': type });
  response.end(body);
}

function refuse(response: ServerResponse, code: number, text: string): void {
  send(response, code, 'text/plain; charset=utf-8', `${text}\n`);
}

function refuseMethod(response: ServerResponse, allowed: string): void {
  response.setHeader('allow', allowed);
  refuse(response, 405, `only ${allowed} is possible here`);
}

const explainedCodes = { explained: 200, wrong: 400, busy: 503 } as const;

async function answerExplained(
  source: WatchSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { kind, text } = await source.explain(queryOf(request));
  send(response, explainedCodes[kind], 'text/plain; charset=utf-8', text);
}

function answerDrawn(response: ServerResponse, drawn: Printed, type: string): void {
  if (drawn.kind === 'busy') refuse(response, 503, 'other commands are running');
  else if (drawn.exitCode === 0) send(response, 200, type, drawn.text);
  else refuse(response, 503, drawn.text.trimEnd());
}

const mailCodes = { json: 200, wrong: 400, busy: 503, failed: 503 } as const;

function answerMail(response: ServerResponse, { kind, text }: MailAnswer): void {
  if (kind === 'json') send(response, mailCodes[kind], 'application/json', text);
  else refuse(response, mailCodes[kind], text);
}

const changePath = '/pmdf/change';
const longestBody = 1_000;

/** Reads the body of a request; null if it is too long. Rejects if it breaks off. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk);
    octets += part.length;
    if (octets > longestBody) return null;
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString();
}

async function answerChange(
  { mail, logNotice }: WatchSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { 'x-pmdf-token': token } = request.headers;
  if (!mail.isToken(typeof token === 'string' ? token : undefined)) {
    refuse(
      response,
      403,
      'this is only for the page itself, and the page is older than the gateway: load it again',
    );
    return;
  }
  const body = await bodyOf(request);
  if (body === null) refuse(response, 413, 'the request is too long');
  else {
    const made = await mail.change(body);
    const { authorization } = request.headers;
    const who = `client=${request.socket.remoteAddress ?? ''} user=${quotedField(userIn(authorization))}`;
    const outcome = made.kind === 'json' && made.exitCode === 0 ? 'done' : 'not done';
    logNotice(`change from the page: ${who} asked=${quotedField(body)} outcome="${outcome}"`);
    answerMail(response, made);
  }
}

async function answer(
  source: WatchSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request);
  const part = parts.get(path);
  if (part !== undefined) {
    send(response, 200, part.type, part.body);
    return;
  }
  switch (path) {
    case '/':
    case '/pmdf':
      response.writeHead(302, { location: '/pmdf/' });
      response.end();
      return;
    case '/metrics': {
      const { text, type } = await source.metrics();
      send(response, 200, type, text);
      return;
    }
    case '/pmdf/state':
      send(response, 200, 'application/json', JSON.stringify(await source.state()));
      return;
    case '/pmdf/explain':
      await answerExplained(source, request, response);
      return;
    case '/pmdf/entry': {
      const lines = source.entry(queryOf(request).get('place') ?? '');
      if (lines === null) refuse(response, 404, 'the policy in force has no such entry in a file');
      else send(response, 200, 'text/plain; charset=utf-8', lines);
      return;
    }
    case '/pmdf/policy.txt':
      answerDrawn(response, await source.draw('matrix'), 'text/plain; charset=utf-8');
      return;
    case '/pmdf/policy.svg':
      answerDrawn(response, await source.draw('svg'), 'image/svg+xml; charset=utf-8');
      return;
    case '/pmdf/token':
      send(response, 200, 'text/plain; charset=utf-8', source.mail.token);
      return;
    case '/pmdf/mail':
      answerMail(response, await source.mail.list());
      return;
    case '/pmdf/events':
      if (request.method === 'HEAD') send(response, 200, 'text/event-stream', '');
      else if (!source.follow(response)) refuse(response, 503, 'too many pages are open');
      return;
    default:
      refuse(response, 404, 'page not found');
  }
}

/** Whether a path is one of ours, on a server that has others. */
export function isOurs(path: string): boolean {
  return path === '/metrics' || path === '/pmdf' || path.startsWith('/pmdf/');
}

/** The path of a request, without its query. */
export function pathOf({ url }: IncomingMessage): string {
  return /^[^?#]*/.exec(url ?? '')?.[0] ?? '';
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
}

const retrySeconds = 60;

/** Refuses what may not be answered, and says whether it did. */
async function isRefused(
  source: WatchSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const origin = originOf(request);
  const isChange = request.method === 'POST' && pathOf(request) === changePath;
  if (origin === 'this host' && !isChange) return false;
  if (origin === 'misnamed') {
    refuse(response, 403, 'on this host the page is at `localhost` or a loopback address');
    return true;
  }
  const { socket, headers } = request;
  const admission = await source.admit(socket.remoteAddress ?? '', headers.authorization);
  switch (admission.kind) {
    case 'admitted':
      return false;
    case 'nobody':
      refuse(
        response,
        403,
        isChange
          ? 'changes need a password: set one with `pmdf password set --service HTTP USER`'
          : 'this page is only for browsers and programs on this host',
      );
      return true;
    case 'unknown':
      response.setHeader('www-authenticate', 'Basic realm="Mail policy", charset="UTF-8"');
      refuse(response, 401, 'user and password are needed');
      return true;
    case 'refused':
      response.setHeader('retry-after', retrySeconds);
      refuse(response, 429, 'too many wrong passwords from this address, try again later');
      return true;
    case 'busy':
      refuse(response, 503, 'too many passwords are waiting to be checked');
      return true;
    case 'failed':
      source.logError(`a password for the page could not be checked: ${admission.cause}`);
      refuse(response, 503, 'the password could not be checked; the log says why');
      return true;
  }
}

/** What a link on another site may open. */
const linkedPaths: ReadonlySet<string> = new Set(['/', '/pmdf', '/pmdf/']);

/** Answers a request; never rejects. */
export async function answerRequest(
  source: WatchSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
  try {
    if (await isRefused(source, request, response)) return;
    if (!isOfOurPage(request) && !linkedPaths.has(pathOf(request)))
      refuse(response, 403, 'this is only for the page itself');
    else if (pathOf(request) === changePath) {
      if (request.method === 'POST') await answerChange(source, request, response);
      else refuseMethod(response, 'POST');
    } else if (request.method !== 'GET' && request.method !== 'HEAD') refuseMethod(response, 'GET, HEAD');
    else await answer(source, request, response);
  } catch (error) {
    source.logError(`a request for ${pathOf(request)} could not be answered: ${String(error)}`);
    if (response.headersSent) response.destroy();
    else refuse(response, 500, 'this could not be answered; the log says why');
  }
}
