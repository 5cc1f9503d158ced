/*
 * Decides MAIL FROM: completes and rewrites the envelope From, and asks FROM_ACCESS.
 * Ref: PMDF 2.3.4.47, 16.1.3
 */
import {
  type Address,
  formatAddressLiteral,
  holdBars,
  isCarried,
  isDamaged,
  octetsOf,
  type Path,
  parsePath,
  printAddress,
  releaseBars,
  wireAddress,
  wireDomain,
  wireHosts,
} from '../address/index.js';
import { completeDomain, namesSender } from '../channel/index.js';
import type { Environment, Lookup } from '../engine/index.js';
import { channelNamed, type Policy, rewriteEnvelope, type Session } from '../policy/index.js';
import { accept, defer, reject, reply } from '../smtp/index.js';
import { askSender, effectsOf } from './access-tables.js';
import { noEffects, type SenderDecision } from './decision.js';
import { reverseSender } from './reversed-sender.js';

/** The domain of a bare address that points one way, by the keywords of the source channel. */
export function bareDomain(policy: Policy, session: Session, direction: 'to' | 'from'): string {
  return completeDomain({
    channel: channelNamed(policy, session.sourceChannel),
    direction,
    localHost: policy.localHost,
    clientHost: clientHost(session),
  });
}

/** Gives a bare sender its domain, in the form that it has on the wire. */
function completed(policy: Policy, session: Session, address: Address): Address {
  if (address.domain !== null) return address;
  return wireHosts({ ...address, domain: bareDomain(policy, session, 'from') });
}

/** The host name that the client is known by: its confirmed name, or what it said if that is a domain, or its address. */
function clientHost({ reverseName, helo, client }: Session): string {
  if (reverseName.kind === 'confirmed') return reverseName.name;
  const said = helo === null ? null : wireDomain(helo);
  return said ?? formatAddressLiteral(client.address);
}

/** The envelope From as it goes on; bars held. `failed` when a look-up could not answer. */
function* rewrittenFrom(
  policy: Policy,
  session: Session,
  address: Address,
  environment: Environment,
): Lookup<
  { readonly kind: 'known'; readonly from: string } | { readonly kind: 'failed'; readonly cause: string }
> {
  const route = policy.settings.sourceRoutes === 'strip' ? [] : address.route;
  const whole = holdBars(printAddress(completed(policy, session, { ...address, route })));
  const result = yield* rewriteEnvelope(
    policy,
    whole,
    { direction: 'backward', sourceChannel: session.sourceChannel },
    environment,
  );
  switch (result.kind) {
    case 'routed': {
      // A rule may make something that SMTP cannot carry; the sender then stays what it was.
      return { kind: 'known', from: isCarried(releaseBars(result.address)) ? result.address : whole };
    }
    case 'no-channel':
    case 'ceiling':
      return { kind: 'known', from: whole };
    case 'failed':
      return { kind: 'failed', cause: result.cause };
  }
}

/** An address of the gateway's own making, a bare local part completed; null for what is no address. */
function ownAddress(policy: Policy, text: string): string | null {
  const parsed = parsePath(text, 'underscores');
  if (parsed.kind !== 'path') return null;
  if (parsed.path.kind === 'null') return '';
  const { address } = parsed.path;
  const wired = wireAddress({ ...address, domain: address.domain ?? policy.localHost }, 'underscores');
  return wired === null ? null : printAddress(wired);
}

/** Who wrote, for the header: what FROM_ACCESS says, or else who authenticated; null where that is not asked for. */
function senderHeader(policy: Policy, session: Session, replaced: string | null): string | null {
  if (!namesSender(channelNamed(policy, session.sourceChannel))) return null;
  if (replaced !== null) return replaced;
  const originator = session.authUser === null ? null : ownAddress(policy, session.authUser);
  return originator === '' ? null : originator;
}

/** What decisions on a sender may take into account beside the policy. */
export interface SenderOptions {
  /** Whether FROM_ACCESS is asked. */
  readonly tables: boolean;
}

/** Decides one MAIL FROM. */
export function* decideSender(
  policy: Policy,
  session: Session,
  from: Path,
  options: SenderOptions,
  environment: Environment,
): Lookup<SenderDecision> {
  const decision = yield* decideForm(policy, session, from, options, environment);
  if (decision.verdict.kind !== 'accept') return { ...decision, reversedFrom: decision.envelopeFrom };
  const reversed = yield* reverseSender(policy, decision.envelopeFrom, environment);
  if (reversed.kind === 'failed') {
    return { ...decision, verdict: defer(reversed.cause), reversedFrom: decision.envelopeFrom };
  }
  const entries = [...decision.entries, ...reversed.entries];
  return { ...decision, reversedFrom: reversed.address, entries };
}

/** Everything but address reversal. */
function* decideForm(
  policy: Policy,
  session: Session,
  from: Path,
  options: SenderOptions,
  environment: Environment,
): Lookup<Omit<SenderDecision, 'reversedFrom'>> {
  let envelopeFrom = '';
  if (from.kind === 'address') {
    const written = printAddress(from.address);
    if (isDamaged(written)) return badSender('the address is not valid UTF-8');
    if (octetsOf(written) > policy.settings.limits.address) return badSender('the address is too long');
    const received = wireAddress(from.address);
    if (received === null) return badSender('the address has a host that is not a valid host name');
    const known = yield* rewrittenFrom(policy, session, received, environment);
    if (known.kind === 'failed') return { ...undecided(known.cause), envelopeFrom };
    envelopeFrom = known.from;
  }
  if (!options.tables) {
    const header = senderHeader(policy, session, null);
    return { ...undecided(null), envelopeFrom: releaseBars(envelopeFrom), senderHeader: header };
  }
  const decision = yield* askSender(policy, session, envelopeFrom, environment);
  const written = decision.outcome.replaceEnvelopeFrom;
  const replaced = written === null ? null : ownAddress(policy, written);
  if (written !== null && replaced === null) {
    const place = decision.verdict.place ?? 'FROM_ACCESS';
    return { ...undecided(`${place} replaces the sender by something that is no address`), envelopeFrom };
  }
  return {
    verdict: decision.verdict,
    envelopeFrom: releaseBars(replaced ?? envelopeFrom),
    replaced: replaced !== null,
    senderHeader: senderHeader(policy, session, decision.outcome.replaceSender),
    effects: effectsOf(decision),
    entries: decision.entries,
    shadowed: decision.shadowed,
  };
}

function badSender(text: string): Omit<SenderDecision, 'reversedFrom'> {
  return { ...undecided(null), verdict: reject(null, reply(550, '5.1.7', text)), envelopeFrom: '' };
}

/** A decision without a table: accepted, or deferred for a cause. */
function undecided(cause: string | null): Omit<SenderDecision, 'envelopeFrom' | 'reversedFrom'> {
  const verdict = cause === null ? accept(null) : defer(cause);
  return { verdict, replaced: false, senderHeader: null, effects: noEffects, entries: [], shadowed: [] };
}
