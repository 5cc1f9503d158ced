/*
 * Everything that `pmdf test -rewrite` shows of one address: how the rules rewrite it in envelope and header, forward
 * and backward, and what becomes of it as a recipient of the source channel, access tables included. There is no
 * connection: MAIL_ACCESS sees the fields of one empty, as for mail that the gateway takes up itself.
 */
import { holdBars, type Path, parsePath } from '../../lib/address/index.js';
import { decideRecipient, decideSender, noEffects, type RecipientDecision } from '../../lib/decide/index.js';
import type { Environment, Lookup, Tracer } from '../../lib/engine/index.js';
import {
  type EnvelopeRewrite,
  type Policy,
  rewriteEnvelope,
  rewriteHeader,
  type Session,
} from '../../lib/policy/index.js';
import type { RewriteResult } from '../../lib/rewrite/index.js';
import { defer, reject, reply } from '../../lib/smtp/index.js';
import { DecisionFailed, type World } from '../../runtime/index.js';

/** How the addresses are put. */
export interface Posting {
  readonly sourceChannel: string;
  /** Null while nobody knows it. */
  readonly destinationChannel: string | null;
  /** The posting address; the empty string is the null path. */
  readonly from: string;
}

/** The four rewritings of an address. */
export interface Rewritings {
  readonly headerTo: RewriteResult;
  readonly headerFrom: RewriteResult;
  readonly envelopeTo: RewriteResult;
  readonly envelopeFrom: RewriteResult;
}

/** One address; the rewritings are missing where it cannot be read. */
export interface Submission {
  readonly asked: string;
  readonly rewritings: Rewritings | null;
  readonly decision: RecipientDecision;
}

function sessionFor({ sourceChannel }: Posting): Session {
  return {
    client: { address: '', port: 0 },
    server: { address: '', port: 0 },
    reverseName: { kind: 'none', cause: 'there is no client' },
    sourceChannel,
    helo: null,
    esmtp: false,
    tls: false,
    authUser: null,
  };
}

/** What became of the recipient where no table was asked. */
function undelivered(address: string, verdict: RecipientDecision['verdict']): RecipientDecision {
  return { verdict, address, channel: null, deliveries: [], effects: noEffects, entries: [], shadowed: [] };
}

/** Runs a computation of the engine; what goes wrong in it is a failed look-up. */
async function rewriteWith(
  world: World,
  policy: Policy,
  work: (environment: Environment) => Lookup<RewriteResult>,
): Promise<RewriteResult> {
  try {
    return await world.decide(policy, work);
  } catch (error) {
    if (!(error instanceof DecisionFailed)) throw error;
    return { kind: 'failed', cause: error.message, rules: [] };
  }
}

async function rewriteAll(
  world: World,
  policy: Policy,
  asked: string,
  posting: Posting,
): Promise<Rewritings> {
  const address = holdBars(asked);
  const { sourceChannel, destinationChannel } = posting;
  const rewrite = (
    how: typeof rewriteEnvelope,
    direction: EnvelopeRewrite['direction'],
    destination: string | null,
  ): Promise<RewriteResult> => {
    const which = { direction, sourceChannel, destinationChannel: destination };
    return rewriteWith(world, policy, (environment) => how(policy, address, which, environment));
  };
  const envelopeTo = await rewrite(rewriteEnvelope, 'forward', destinationChannel);
  // A header is rewritten for the channel that the message goes to.
  const reached = envelopeTo.kind === 'routed' ? envelopeTo.channel.name : null;
  const destination = destinationChannel ?? reached;
  return {
    headerTo: await rewrite(rewriteHeader, 'forward', destination),
    headerFrom: await rewrite(rewriteHeader, 'backward', destination),
    envelopeTo,
    envelopeFrom: await rewrite(rewriteEnvelope, 'backward', destinationChannel),
  };
}

async function decideOn(
  world: World,
  policy: Policy,
  to: Path,
  posting: Posting,
  trace: Tracer,
): Promise<RecipientDecision> {
  const session = sessionFor(posting);
  const from = parsePath(posting.from);
  const sender: Path = from.kind === 'path' ? from.path : { kind: 'null' };
  const request = { to, originalRecipient: null, notify: new Set<string>() };
  return await world.decide(policy, function* (environment) {
    const { envelopeFrom } = yield* decideSender({ policy, session, environment }, sender, { tables: false });
    const options = { tables: true, bothPasses: false };
    const traced = { ...environment, trace };
    return yield* decideRecipient({ policy, session, environment: traced }, envelopeFrom, request, options);
  });
}

/** Puts one address to the rules and to the tables. */
export async function submit(
  world: World,
  policy: Policy,
  asked: string,
  posting: Posting,
  trace: Tracer,
): Promise<Submission> {
  const parsed = parsePath(asked, 'underscores');
  if (parsed.kind === 'malformed') {
    const text = `the address cannot be read (expected ${parsed.expected})`;
    const decision = undelivered(asked, reject(null, reply(501, '5.1.3', text)));
    return { asked, rewritings: null, decision };
  }
  const rewritings = await rewriteAll(world, policy, asked, posting);
  try {
    const decision = await decideOn(world, policy, parsed.path, posting, trace);
    return { asked, rewritings, decision };
  } catch (error) {
    if (!(error instanceof DecisionFailed)) throw error;
    return { asked, rewritings, decision: undelivered(asked, defer(error.message)) };
  }
}
