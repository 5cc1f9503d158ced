/*
 * Decides MAIL FROM: completes and rewrites the envelope From, consults FROM_ACCESS, and finds the reversed form.
 * Ref: PMDF 2.3.4.47, 2.3.4.55, 3.3.2, 16.1.3
 */
import {
  type Address,
  formatAddressLiteral,
  type HeldText,
  holdBars,
  inWireForm,
  isCarried,
  isDamaged,
  isLongerThan,
  type Path,
  type PlainText,
  parsePath,
  printAddress,
  releaseBars,
  wireAddress,
  wireDomain,
  wireHosts,
} from '../address/index.js';
import { completeDomain, hasKeyword, namesSender } from '../channel/index.js';
import type { Lookup } from '../engine/index.js';
import { reverseAddress, reverseTable } from '../forwarding/index.js';
import { beginRewrite, channelNamed, type Policy, type Session, siteTables } from '../policy/index.js';
import type { RewriteResult } from '../rewrite/index.js';
import { accepted, defer, reject, reply, type Verdict } from '../smtp/index.js';
import { consultSender, planToProbe } from './consult-tables.js';
import type { DecisionContext } from './context.js';
import { noEffects, type SenderDecision, type SiteDecision } from './decision.js';
import { effectsOf } from './effects.js';

/** The domain that completes a bare address, `to` or `from`, by the keywords of the source channel. */
export function bareDomain(policy: Policy, session: Session, direction: 'to' | 'from'): string {
  return completeDomain({
    channel: channelNamed(policy, session.sourceChannel),
    direction,
    localHost: policy.localHost,
    clientHost: clientHost(session),
  });
}

/** The host name of the client: its confirmed name, or the name after HELO if that is a domain, or its address. */
function clientHost({ reverseName, helo, client }: Session): string {
  if (reverseName.kind === 'confirmed') return reverseName.name;
  const said = helo === null ? null : wireDomain(helo);
  return said ?? formatAddressLiteral(client.address);
}

const nobody = releaseBars('');
const noRoute: readonly string[] = [];

/** A decision to which no table contributed, before address reversal. */
function withoutTable(
  verdict: Verdict,
  envelopeFrom: PlainText = nobody,
  senderHeader: string | null = null,
): SenderDecision {
  return {
    verdict,
    envelopeFrom,
    reversedFrom: envelopeFrom,
    replaced: false,
    senderHeader,
    effects: noEffects,
    entries: [],
    shadowed: [],
  };
}

function badSender(text: string): SenderDecision {
  return withoutTable(reject(null, reply(550, '5.1.7', text)));
}

/** An envelope From in wire form, completed, as it is to be rewritten; or what is wrong with it. */
function receivedFrom(
  { policy, session }: DecisionContext,
  address: Address,
): { readonly from: HeldText } | { readonly bad: string } {
  const written = printAddress(address);
  if (isDamaged(written)) return { bad: 'the address is not valid UTF-8' };
  if (isLongerThan(written, policy.settings.limits.address)) return { bad: 'the address is too long' };
  const wired = wireAddress(address);
  if (wired === null) return { bad: 'the address has a host that is not a valid host name' };
  const { localPart, domain } = wired;
  const route = policy.settings.sourceRoutes === 'strip' ? noRoute : wired.route;
  const whole =
    domain === null
      ? wireHosts({ route, localPart, domain: bareDomain(policy, session, 'from') })
      : { route, localPart, domain };
  return { from: holdBars(printAddress(whole)) };
}

/** What the rewrite of an envelope From made of it; `failed` is why a look-up failed. */
function rewrittenFrom(
  from: HeldText,
  result: RewriteResult,
): { readonly from: HeldText } | { readonly failed: string } {
  switch (result.kind) {
    case 'routed':
      if (result.address === from) return { from };
      // A rule may make something that SMTP cannot carry; the sender then stays what it was.
      return { from: isCarried(releaseBars(result.address)) ? holdBars(result.address) : from };
    case 'no-channel':
    case 'ceiling':
      return { from };
    case 'failed':
      return { failed: result.cause };
  }
}

/** Reads an address that this gateway made, a bare local part completed; null for what is not an address. */
function ownAddress(policy: Policy, text: string): string | null {
  const parsed = parsePath(text, 'underscores');
  if (parsed.kind !== 'path') return null;
  if (parsed.path.kind === 'null') return '';
  const { address } = parsed.path;
  const wired = wireAddress({ ...address, domain: address.domain ?? policy.localHost }, 'underscores');
  return wired === null ? null : printAddress(wired);
}

/** The Sender header: what FROM_ACCESS says, or else the authenticated user; null if the channel does not want one. */
function senderHeader({ policy, session }: DecisionContext, replaced: string | null): string | null {
  if (!namesSender(channelNamed(policy, session.sourceChannel))) return null;
  if (replaced !== null) return replaced;
  const originator = session.authUser === null ? null : ownAddress(policy, session.authUser);
  return originator === '' ? null : originator;
}

/** What a decision on a sender covers. */
export interface SenderOptions {
  /** Whether FROM_ACCESS is consulted. */
  readonly tables: boolean;
}

export function* decideSender(
  context: DecisionContext,
  from: Path,
  { tables }: SenderOptions,
): Lookup<SenderDecision> {
  const { policy, session, environment } = context;
  let envelopeFrom = holdBars('');
  if (from.kind === 'address') {
    const received = receivedFrom(context, from.address);
    if ('bad' in received) return badSender(received.bad);
    const which = { direction: 'backward', sourceChannel: session.sourceChannel } as const;
    const rewrite = beginRewrite(policy, received.from, which, environment);
    const rewritten = rewrittenFrom(received.from, rewrite.runOn() ?? (yield* rewrite.finish()));
    if ('failed' in rewritten) return withoutTable(defer(rewritten.failed));
    envelopeFrom = rewritten.from;
  }
  const plain = releaseBars(envelopeFrom);
  const plan = tables ? planToProbe(context, 'FROM_ACCESS') : null;
  const decision =
    plan === null
      ? withoutTable(accepted, plain, senderHeader(context, null))
      : byTable(context, plain, yield* consultSender(context, plan, envelopeFrom, plain));
  const { verdict, envelopeFrom: decided } = decision;
  // The null sender stays as it is.
  if (verdict.kind !== 'accept' || decided === '' || !mayReverse(policy)) return decision;
  const reversed = yield* reverseSender(context, decision.envelopeFrom);
  if ('failed' in reversed) return { ...decision, verdict: defer(reversed.failed) };
  const entries = [...decision.entries, ...reversed.entries];
  return { ...decision, reversedFrom: reversed.address, entries };
}

/** The decision before address reversal, as FROM_ACCESS has it. */
function byTable(context: DecisionContext, from: PlainText, decision: SiteDecision): SenderDecision {
  const { replaceEnvelopeFrom: written, replaceSender } = decision.outcome;
  const replaced = written === null ? null : ownAddress(context.policy, written);
  if (written !== null && replaced === null) {
    const place = decision.verdict.place ?? 'FROM_ACCESS';
    return withoutTable(defer(`${place} replaces the sender with something that is not an address`), from);
  }
  const decided = replaced === null ? from : releaseBars(replaced);
  return {
    verdict: decision.verdict,
    envelopeFrom: decided,
    reversedFrom: decided,
    replaced: replaced !== null,
    senderHeader: senderHeader(context, replaceSender),
    effects: effectsOf(decision),
    entries: decision.entries,
    shadowed: decision.shadowed,
  };
}

/** Whether anything could reverse an envelope From. */
export function mayReverse({ settings: { databases, ldap }, mappings }: Policy): boolean {
  return databases.reverse !== null || ldap.reverseUrl !== null || mappings.has(reverseTable);
}

/** Reverses an envelope From; what SMTP could not carry then stays as it is. */
function* reverseSender(
  { policy, environment }: DecisionContext,
  envelopeFrom: PlainText,
): Lookup<
  { readonly address: PlainText; readonly entries: readonly string[] } | { readonly failed: string }
> {
  const answer = yield* reverseAddress(holdBars(envelopeFrom), {
    applyMapping: siteTables(policy, environment),
    hasDatabase: policy.settings.databases.reverse !== null,
    url: policy.settings.ldap.reverseUrl?.search ?? null,
    environment,
  });
  if (answer.kind === 'failed') return { failed: answer.cause };
  const address = releaseBars(inWireForm(answer.address));
  return { address: isCarried(address) ? address : envelopeFrom, entries: answer.entries };
}

/** Gives the envelope From of a copy that goes to these channels: reversed unless all of them have `noreverse`. */
export function senderFor(policy: Policy, sender: SenderDecision, channels: readonly string[]): string {
  const reverses = channels.some((name) => !hasKeyword(channelNamed(policy, name), 'noreverse'));
  return reverses ? sender.reversedFrom : sender.envelopeFrom;
}
