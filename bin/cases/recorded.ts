/*
 * What goes into a recorded case: a request and what was decided, from an explanation that was just made or from the JSON
 * object that `pmdf explain --json` printed.
 */

import type { Delivery } from '../../lib/decide/index.js';
import { type Answer, type ExplainRequest, type ExplanationJson, withoutBrackets } from '../explain/index.js';
import type { CaseRequest } from './case.js';

/** What was decided over one recipient. */
export interface RecordedRecipient {
  readonly address: string;
  readonly answer: Answer;
  readonly channel: string | null;
  readonly deliveries: readonly Delivery[];
}

/** A case to be written. */
export interface Recorded {
  readonly name: string;
  /** `server` and `port` are null where they are those that a case has by itself. */
  readonly request: Omit<CaseRequest, 'server' | 'port'> & {
    readonly server: string | null;
    readonly port: number | null;
  };
  readonly sourceChannel: string;
  /** No address twice. */
  readonly recipients: readonly RecordedRecipient[];
}

const usualServer = '127.0.0.1';
const usualPort = 25;
const longestName = 100;

function caseName(
  client: string,
  from: string,
  to: readonly string[],
  verdicts: ReadonlySet<string>,
): string {
  const [first = ''] = to;
  const others = to.length > 1 ? ` and ${to.length - 1} more` : '';
  const what = verdicts.size === 1 ? [...verdicts].join('') : 'decide over';
  return `${what} <${from}> to <${first}>${others}, client ${client}`
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, longestName)
    .replace(/\p{Cs}/gu, '');
}

/** What an explanation says of its parts. */
export interface Decided {
  /** The confirmed name of the client; null for none. */
  readonly clientName: string | null;
  readonly sourceChannel: string;
  readonly client: Answer;
  readonly from: Answer;
  readonly to: readonly RecordedRecipient[];
}

/** What an explanation that was just made says. */
export function decidedOf({ client, from, to }: ExplanationJson): Decided {
  return {
    clientName: client.name,
    sourceChannel: client.channel,
    client,
    from,
    to: to.map((one) => ({
      address: one.address,
      answer: one,
      channel: one.channel,
      deliveries: one.deliveries,
    })),
  };
}

/** Mail to a recipient meets the first refusal on its way. */
function met({ client, from }: Decided, own: Answer): Answer {
  return [client, from].find(({ verdict }) => verdict !== 'accept') ?? own;
}

/** Makes what is recorded. */
export function recordedOf(request: ExplainRequest, decided: Decided): Recorded {
  const recipients = new Map<string, RecordedRecipient>();
  for (const one of decided.to) recipients.set(one.address, { ...one, answer: met(decided, one.answer) });
  const from = withoutBrackets(request.from);
  const to = [...recipients.keys()];
  const verdicts = new Set([...recipients.values()].map(({ answer }) => answer.verdict));
  const { address, port } = request.server;
  return {
    name: caseName(request.client.address, from, to, verdicts),
    request: {
      client: request.client.address,
      clientName: decided.clientName,
      helo: request.helo,
      tls: request.tls,
      auth: request.authUser,
      server: address === usualServer ? null : address,
      port: port === usualPort ? null : port,
      from,
      to,
    },
    sourceChannel: decided.sourceChannel,
    recipients: [...recipients.values()],
  };
}
