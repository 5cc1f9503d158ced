/*
 * The result for a recipient and a sender at a site that forwards; shared by `forward`, `alias` and `reverse`.
 *   input     a site (see forwarding-site.ts); envelopeTo (or to, rcpt, localUser); envelopeFrom (or from);
 *             source; inputFlags, which FORWARD can test; or the question `order`
 *   expected  envelopeTo, to, channel (or dst), copies; envelopeFrom, from; for what the area is about also address, result,
 *             results, verdict, code, status, text, loop, hold, changed, matched, probes, order
 */
import { parsePath } from '../../../lib/address/parse-path.js';
import { decideRecipient } from '../../../lib/decide/decide-recipient.js';
import { decideSender, senderFor } from '../../../lib/decide/decide-sender.js';
import type { RecipientDecision, SenderDecision } from '../../../lib/decide/decision.js';
import type { RecipientRequest, Session } from '../../../lib/policy/session.js';
import type { Verdict } from '../../../lib/smtp/verdict.js';
import type { Answer, Area } from '../area.js';
import type { Actual } from '../compare.js';
import type { Json, JsonObject } from '../json.js';
import { VectorProblem } from '../vector.js';
import { VectorInput } from '../vector-input.js';
import { verdictWord } from './access-answer.js';
import { EngineRun } from './engine-run.js';
import { inExpectedForm, shownAddress } from './expected-form.js';
import { type ForwardingSite, readForwardingSite } from './forwarding-site.js';
import { requestFor, sessionOn } from './session.js';
import { stepOrder } from './step-order.js';

/** Whether an area is about envelope To or envelope From. */
export type Asked = 'recipient' | 'sender';

const recipientNames = ['envelopeTo', 'to', 'rcpt', 'recipient', 'localUser', 'user'];
const senderNames = ['envelopeFrom', 'from', 'sender'];
/** Names for either. */
const plainNames = ['address', 'input'];

/** Keys whose lists have no order: copies of one message. */
const unordered = ['envelopeTo', 'to', 'recipients', 'address', 'addresses', 'result', 'results', 'channels'];

/** A site at which every step occurs, to find their order. */
const everyStep: { readonly [asked in Asked]: JsonObject } = {
  recipient: {
    envelopeTo: 'asked@domain.com',
    generalDatabase: {},
    aliasDatabase: {},
    aliasFile: { asked: 'found@other.com' },
    forwardDatabase: {},
    ...Object.fromEntries(
      ['FORWARD', 'ORIG_SEND_ACCESS', 'ORIG_MAIL_ACCESS', 'SEND_ACCESS', 'MAIL_ACCESS'].map((name) => [
        name,
        [['no-such-probe', '$Y']],
      ]),
    ),
  },
  sender: {
    envelopeFrom: 'asked@domain.com',
    reverseDatabase: {},
    FROM_ACCESS: [['no-such-probe', '$Y']],
    REVERSE: [['no-such-probe', '$Y']],
  },
};

const notifyFlags: ReadonlyMap<string, string> = new Map([
  ['D', 'DELAY'],
  ['F', 'FAILURE'],
  ['S', 'SUCCESS'],
]);

/** The session and the requested receipts that give exactly these flags. */
function withFlags(
  flags: ReadonlySet<string>,
  session: Session,
  request: RecipientRequest,
): { readonly session: Session; readonly request: RecipientRequest } {
  const unknown = [...flags].filter((flag) => !'ATE'.includes(flag) && !notifyFlags.has(flag));
  if (unknown.length > 0) throw new VectorProblem(`no session here sets the flags ${unknown.join(', ')}`);
  const notify = [...notifyFlags].flatMap(([flag, word]) => (flags.has(flag) ? [word] : []));
  return {
    session: {
      ...session,
      authUser: flags.has('A') ? 'user' : null,
      tls: flags.has('T'),
      esmtp: flags.has('E'),
    },
    request: { ...request, notify: new Set(notify) },
  };
}

function readWhich(input: VectorInput, names: readonly string[]): string | null {
  const name = input.nameAmong(...names);
  return name === undefined ? null : input.text(name);
}

function describeVerdict(verdict: Verdict): Actual {
  const answer = { verdict: verdictWord(verdict), refused: verdict.kind !== 'accept' };
  if (verdict.kind === 'accept') return { ...answer, loop: false, code: null, status: null, text: null };
  const { code, enhanced: status, text } = verdict.reply;
  return { ...answer, loop: status === '5.4.6', code, status, text, error: text };
}

/** The answers that depend on what an area is about: `address` and so on. */
function describeQueries(
  expected: JsonObject,
  run: EngineRun,
  table: string,
  addresses: readonly string[],
): Actual {
  const keys = ['address', 'addresses', 'result', 'results'];
  const named = keys.map((key): [string, Json] => [key, inExpectedForm(expected, key, addresses)]);
  return {
    ...Object.fromEntries(named),
    matched: run.events.some((event) => event.kind === 'entry-matched' && event.table === table),
    probe: run.probesOf(table)[0] ?? null,
    probes: run.probesOf(table),
    order: stepOrder(run.events, expected),
    terminates: true,
  };
}

function describeRecipient(
  expected: JsonObject,
  { policy }: ForwardingSite,
  decision: RecipientDecision,
): { readonly actual: Actual; readonly addresses: readonly string[] } {
  const { deliveries, effects, verdict } = decision;
  const addresses = deliveries.map(({ address }) => shownAddress(expected, policy.localHost, address));
  const channels = deliveries.map(({ channel }) => channel);
  const isChanged = deliveries.length !== 1 || deliveries[0]?.address !== decision.address;
  const actual = {
    envelopeTo: inExpectedForm(expected, 'envelopeTo', addresses),
    to: inExpectedForm(expected, 'to', addresses),
    recipients: inExpectedForm(expected, 'recipients', addresses),
    channel: inExpectedForm(expected, 'channel', [...new Set(channels)]),
    dst: inExpectedForm(expected, 'dst', [...new Set(channels)]),
    channels,
    copies: addresses.length,
    changed: verdict.kind === 'accept' && isChanged,
    hold: effects.hold,
    held: effects.hold,
    rewritten: shownAddress(expected, policy.localHost, decision.address),
    rewrittenChannel: decision.channel,
  };
  return { actual, addresses };
}

/** Computes the sender's result; the channels are those of the message. */
function decideFrom(
  run: EngineRun,
  { policy }: ForwardingSite,
  session: Session,
  from: string,
): SenderDecision {
  const parsed = parsePath(from);
  const path = from === '' ? ({ kind: 'null' } as const) : parsed.kind === 'path' ? parsed.path : null;
  if (path === null) throw new VectorProblem(`\`${from}\` is not a path`);
  return run.drive(decideSender({ policy, session, environment: run.environment }, path, { tables: true }));
}

function answerFor(asked: Asked, input: VectorInput, expected: JsonObject): Answer {
  const to = readWhich(input, asked === 'recipient' ? [...recipientNames, ...plainNames] : recipientNames);
  const from = readWhich(input, asked === 'sender' ? [...senderNames, ...plainNames] : senderNames);
  if ((asked === 'recipient' ? to : from) === null) {
    throw new VectorProblem(
      `\`input\` has none of ${(asked === 'recipient' ? recipientNames : senderNames).join(', ')}`,
    );
  }
  // Reversed senders are local ones; bare ones get the local host's name on that channel.
  const usual = asked === 'recipient' ? 'tcp_local' : 'tcp_internal';
  const source = input.textOr(input.nameAmong('sourceChannel') ?? 'source', usual);
  const flags =
    to !== null && input.has('inputFlags')
      ? new Set(input.texts('inputFlags').flatMap((text) => [...text.toUpperCase()]))
      : null;
  const site = readForwardingSite(input, { to, source });
  const session = sessionOn(source);

  const senderRun = new EngineRun(site.world);
  const sender = from === null ? null : decideFrom(senderRun, site, session, from);
  const comparisons = Object.fromEntries(unordered.map((key) => [key, 'set'] as const));
  let actual: Actual = {};
  let channels: readonly string[] = [site.channel];
  if (to !== null) {
    const run = new EngineRun(site.world);
    const request = requestFor(to);
    const plain = { session, request };
    const { session: client, request: wanted } = flags === null ? plain : withFlags(flags, session, request);
    const options = { tables: true, bothPasses: true };
    const envelopeFrom = sender?.envelopeFrom ?? 'a@ext.org';
    const decision = run.drive(
      decideRecipient(
        { policy: site.policy, session: client, environment: run.environment },
        envelopeFrom,
        wanted,
        options,
      ),
    );
    channels = decision.deliveries.map(({ channel }) => channel);
    const described = describeRecipient(expected, site, decision);
    actual = { ...actual, ...described.actual };
    if (asked === 'recipient') {
      actual = {
        ...actual,
        ...describeVerdict(decision.verdict),
        ...describeQueries(expected, run, 'FORWARD', described.addresses),
      };
    }
  }
  if (sender !== null) {
    const final = senderFor(site.policy, sender, channels);
    const shown = shownAddress(expected, site.policy.localHost, final);
    actual = { ...actual, envelopeFrom: shown, from: shown, sender: shown };
    if (asked === 'sender') {
      const changed = final !== sender.envelopeFrom;
      actual = {
        ...actual,
        ...describeVerdict(sender.verdict),
        ...describeQueries(expected, senderRun, 'REVERSE', [shown]),
        changed,
      };
    }
  }
  return { kind: 'computed', actual, comparisons };
}

/** Makes the area that is about envelope To or envelope From. */
export function forwardingArea(asked: Asked): Area {
  return (input, expected) => {
    if (!input.has('question')) return answerFor(asked, input, expected);
    if (input.text('question') !== 'order') throw new VectorProblem('the only question here is `order`');
    return answerFor(asked, new VectorInput(everyStep[asked]), expected);
  };
}
