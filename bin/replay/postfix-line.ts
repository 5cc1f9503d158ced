/*
 * Lines of Postfix's log:
 *   DATE HOST postfix/smtpd[PID]: QUEUEID: client=name[ip], sasl_method=..., sasl_username=USER
 *   DATE HOST postfix/smtpd[PID]: QUEUEID: reject: RCPT from name[ip]: 554 5.7.1 <to>: text; from=<a> to=<b> proto=ESMTP helo=<h>
 *   DATE HOST postfix/qmgr[PID]: QUEUEID: from=<a>, size=...      postfix/smtp[PID]: QUEUEID: to=<b>, ..., status=sent (...)
 * The daemon may be preceded by an instance and a service name: `postfix-in/submission/smtpd[PID]`.
 */
import { canonicalAddress } from '../../lib/address/index.js';
import { scanPath } from './scan-line.js';

/** A parsed line. */
export interface PostfixLine {
  /** `smtpd`, `qmgr`, `smtp`. */
  readonly daemon: string;
  /** The daemon with its process number, and the name of the service. */
  readonly process: string;
  readonly service: string;
  /** `NOQUEUE` before there is a message; null if the line has none. */
  readonly queueId: string | null;
  /** The rest of the line. */
  readonly rest: string;
}

const head = /(?:^|\s)postfix[^\s[\]/]*\/((?:[^\s[\]/]+\/)?)([a-z-]+)\[(\d+)\]: /;
const queueId = /^([0-9A-Za-z]{5,32}): /;

/** Parses a line; null if it is not one of Postfix. */
export function parsePostfixLine(line: string): PostfixLine | null {
  const found = head.exec(line);
  if (found === null) return null;
  const [whole, service = '', daemon = '', pid = ''] = found;
  const text = line.slice(found.index + whole.length);
  const id = queueId.exec(text);
  return {
    daemon,
    process: `${service}${daemon}[${pid}]`,
    service: service.slice(0, -1),
    queueId: id?.[1] ?? null,
    rest: id === null ? text : text.slice(id[0].length),
  };
}

/** A client: `name[ip]`, `[ip]:port`. */
export interface PostfixClient {
  readonly address: string;
  readonly name: string | null;
}

const clientForm = /^([^\s[\]]*)\[([0-9A-Fa-f.:]+)\](?::\d+)?/;

/** Reads a client; Postfix logs `unknown` for one without a confirmed name. */
export function parseClient(text: string): (PostfixClient & { readonly length: number }) | null {
  const found = clientForm.exec(text);
  const address = canonicalAddress(found?.[2] ?? '');
  if (found === null || address === null) return null;
  const name = found[1] ?? '';
  return { address, name: name === '' || name === 'unknown' ? null : name, length: found[0].length };
}

/** A refusal of smtpd or postscreen. */
export interface PostfixRefusal {
  readonly client: PostfixClient;
  readonly code: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly helo: string | null;
  readonly user: string | null;
}

const refusalHead = /^reject: (\S+) from /;
const replyCode = /^: (\d{3}) /;
/** How many possible beginnings of the envelope are tried, since strangers write parts of the text. */
const mostTries = 8;

/** Reads `from=<a> to=<b> proto=ESMTP helo=<h>`; null unless all of it matches. */
function parseEnvelope(text: string): Pick<PostfixRefusal, 'from' | 'to' | 'helo' | 'user'> | null {
  const found = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    const equals = text.indexOf('=', at);
    if (equals === -1) return null;
    const key = text.slice(at, equals);
    // The envelope has no key twice.
    if (!/^[a-z_]{2,20}$/.test(key) || found.has(key)) return null;
    const path = scanPath(text, equals + 1);
    let end = path?.end;
    if (end === undefined) {
      const blank = text.indexOf(' ', equals);
      end = blank === -1 ? text.length : blank;
    }
    found.set(key, path?.text ?? text.slice(equals + 1, end).replace(/,$/, ''));
    if (text[end] === ',') end += 1;
    if (end < text.length && text[end] !== ' ') return null;
    at = end + 1;
  }
  if (!found.has('proto')) return null;
  return {
    from: found.get('from') ?? null,
    to: found.get('to') ?? null,
    helo: found.get('helo') ?? null,
    user: found.get('sasl_username') ?? null,
  };
}

/** Reads a refusal; null if the line is not one, or cannot be read. */
export function parseRefusal(rest: string): PostfixRefusal | null {
  const begin = refusalHead.exec(rest);
  if (begin === null) return null;
  const client = parseClient(rest.slice(begin[0].length));
  if (client === null) return null;
  const reply = rest.slice(begin[0].length + client.length);
  const code = replyCode.exec(reply)?.[1];
  if (code === undefined) return null;
  let at = reply.indexOf('; ');
  for (let tries = 0; at !== -1 && tries < mostTries; tries += 1) {
    const envelope = parseEnvelope(reply.slice(at + 2));
    if (envelope !== null) return { client, code: Number(code), ...envelope };
    at = reply.indexOf('; ', at + 2);
  }
  return null;
}
