/*
 * Everything that `pmdf test -rewrite` shows of one address: how the rules rewrite it in envelope and header, forward and
 * backward, and what is decided about it as a recipient of the source channel, access tables included. There is no client:
 * MAIL_ACCESS sees an empty connection, as for mail that the gateway reprocesses.
 */
import { holdBars, parsePath } from '../../lib/address/index.js';
import {
  decideMail,
  decideRcpt,
  type OpenSession,
  type PluginName,
  type RecipientDecision,
  type SessionSetup,
  undelivered,
} from '../../lib/decide/index.js';
import type { Environment, Lookup, TraceEvent, Tracer } from '../../lib/engine/index.js';
import { type EnvelopeRewrite, type Policy, rewriteEnvelope, rewriteHeader } from '../../lib/policy/index.js';
import type { RewriteResult } from '../../lib/rewrite/index.js';
import { defer, reject, reply } from '../../lib/smtp/index.js';
import { DecisionFailed, makeEnvironment, type World } from '../../runtime/index.js';

/** The source of the addresses. */
export interface Posting {
  readonly sourceChannel: string;
  /** Null if none is given. */
  readonly destinationChannel: string | null;
  /** The sender; the empty string is the null sender. */
  readonly from: string;
}

/** The four rewritings of an address. */
export interface Rewritings {
  readonly headerTo: RewriteResult;
  readonly headerFrom: RewriteResult;
  readonly envelopeTo: RewriteResult;
  readonly envelopeFrom: RewriteResult;
}

/** What was asked of a directory channel, and its answer. */
export type DirectoryLookup = Extract<TraceEvent, { kind: 'lookup' }>;

/** The results for one address; there are no rewritings if it cannot be read. */
export interface Submission {
  readonly original: string;
  readonly rewritings: Rewritings | null;
  readonly decision: RecipientDecision;
  readonly directoryLookups: readonly DirectoryLookup[];
}

function sessionFor({ sourceChannel }: Posting): OpenSession {
  return {
    client: { address: '', port: 0 },
    server: { address: '', port: 0 },
    reverseName: { kind: 'none', cause: 'there is no client' },
    sourceChannel,
    helo: null,
    esmtp: false,
    tls: false,
    authUser: null,
    relaying: false,
  };
}

/** Rewrites; an error counts as a failed look-up. */
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
  original: string,
  posting: Posting,
): Promise<Rewritings> {
  const address = holdBars(original);
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

const noPlugins: ReadonlySet<PluginName> = new Set();
const accessAndDelivery: ReadonlySet<PluginName> = new Set(['access', 'deliver']);

function* decideOn(
  policy: Policy,
  original: string,
  posting: Posting,
  trace: Tracer,
): Lookup<RecipientDecision> {
  const session = sessionFor(posting);
  const setup: SessionSetup = {
    policy,
    plugins: noPlugins,
    bothPasses: false,
    traced: true,
    onError: 'defer',
    newEnvironment: (tracer) => makeEnvironment(policy.settings.limits.steps, tracer),
  };
  const sender = yield* decideMail(setup, session, posting.from);
  const to = parsePath(original, 'underscores');
  const recipient = { to: to.kind === 'path' ? to.path : original };
  const withTables = { ...setup, plugins: accessAndDelivery };
  const step = yield* decideRcpt(withTables, session, sender.decision.envelopeFrom, recipient);
  for (const event of step.trace) trace(event);
  return step.decision;
}

function isOfDirectory({ request }: DirectoryLookup): boolean {
  return request.kind === 'directory' || (request.kind === 'ldap' && request.channel !== null);
}

/** Rewrites one address and decides it as a recipient. */
export async function submit(
  { world, policy }: { readonly world: World; readonly policy: Policy },
  posting: Posting,
  original: string,
  trace: Tracer,
): Promise<Submission> {
  const parsed = parsePath(original, 'underscores');
  if (parsed.kind === 'malformed') {
    const text = `the address cannot be read (expected ${parsed.expected})`;
    const decision = undelivered(original, reject(null, reply(501, '5.1.3', text)));
    return { original, rewritings: null, decision, directoryLookups: [] };
  }
  const rewritings = await rewriteAll(world, policy, original, posting);
  const directoryLookups: DirectoryLookup[] = [];
  const listen: Tracer = (event) => {
    if (event.kind === 'lookup' && isOfDirectory(event)) directoryLookups.push(event);
    trace(event);
  };
  try {
    const decision = await world.decide(policy, () => decideOn(policy, original, posting, listen));
    return { original, rewritings, decision, directoryLookups };
  } catch (error) {
    if (!(error instanceof DecisionFailed)) throw error;
    const decision = undelivered(original, defer(error.message));
    return { original, rewritings, decision, directoryLookups };
  }
}
