/*
 * The second pass: the process channel takes a message up again. The address is rewritten and judged with source channel
 * `process`, or, behind `reprocess`, with the one that the message came in on. One target takes the place of the
 * recipient; several become queue files of their own, all on disk before the file itself goes.
 * Ref: PMDF 26.7
 */
import { decideReprocessed, type RecipientDecision, wouldMatter } from '../../lib/decide/index.js';
import { bitbucketChannel, deliveryRoute, type Policy, processChannel } from '../../lib/policy/index.js';
import { gateway } from '../support/gateway.js';
import type { HarakaAddress, HarakaPlugin } from '../support/haraka.js';
import { writeHeldFile } from '../support/held-file.js';
import { settleChannel } from '../support/outbound-channel.js';
import { addressLike } from '../support/session.js';
import { shadowLine } from '../support/shadow-line.js';
import { copiesOf, domainOf } from './copies.js';
import { nextHosts } from './next-hosts.js';
import type { OwnNotes } from './own-notes.js';
import { type PlannedDelivery, withoutRepeats } from './plan.js';
import { type Part, takeApart } from './take-apart.js';
import type { NextHopAnswer, OutboundQueue, QueuedMail } from './undocumented/outbound-queue.js';

/** A queue file in its second pass. */
interface Pass {
  readonly plugin: HarakaPlugin;
  readonly policy: Policy;
  readonly mail: QueuedMail;
  readonly own: OwnNotes;
  readonly queue: OutboundQueue;
}

/** An envelope From without brackets; the empty string for the null path. */
export function bareFrom(address: HarakaAddress): string {
  return address.user === '' && address.host === '' ? '' : address.address;
}

async function decide({ policy, mail, own }: Pass): Promise<RecipientDecision> {
  const sourceChannel = own.channel === processChannel ? processChannel : (own.source ?? processChannel);
  const reprocessed = {
    server: { address: '', port: 0 },
    envelopeFrom: bareFrom(mail.todo.mail_from),
    address: own.address,
    sourceChannel,
    tables: gateway().isEnabled('access'),
  };
  return await gateway().decide(policy, (environment) => decideReprocessed(policy, reprocessed, environment));
}

/** The message of a queue file, dots unstuffed. */
async function messageOf(mail: QueuedMail): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of mail.data_stream()) chunks.push(Buffer.from(chunk));
  return Buffer.from(
    Buffer.concat(chunks)
      .toString('latin1')
      .replace(/(^|\n)\./g, '$1'),
    'latin1',
  );
}

async function hold({ policy, mail }: Pass, addresses: readonly string[]): Promise<string> {
  return await writeHeldFile(gateway().heldFolder(policy), {
    name: mail.todo.uuid,
    from: bareFrom(mail.todo.mail_from),
    to: addresses,
    message: await messageOf(mail),
  });
}

/** A copy for each target. */
function partsFor({ mail }: Pass, targets: readonly PlannedDelivery[], header: readonly string[]): Part[] {
  return copiesOf(targets).map(({ first, deliveries }) => ({
    own: { channel: first.route.channel, address: first.address },
    recipients: deliveries.map(({ address }) => addressLike(mail.todo.mail_from, address)),
    header,
  }));
}

/** Carries out what was decided on an address that is accepted. */
async function carryOut(pass: Pass, { deliveries, effects }: RecipientDecision): Promise<NextHopAnswer> {
  const { plugin, policy, mail, own, queue } = pass;
  const what = `${own.channel}: ${own.address}`;
  if (effects.hold) {
    const addresses = deliveries.map(({ address }) => address);
    plugin.lognotice(`${what} held in ${await hold(pass, addresses)}`);
    return { kind: 'done' };
  }
  const ways = deliveries.map(({ address, channel }) => `${channel}:${address}`);
  plugin.lognotice(`${what} -> ${effects.bitbucket ? bitbucketChannel : ways.join(' ')}`);
  const targets = (effects.bitbucket ? [] : withoutRepeats(deliveries))
    .map(({ address, channel }) => ({ address, route: deliveryRoute(policy, channel), forwardedBy: null }))
    .filter(({ route }) => route.method !== 'discard');
  const [target, ...others] = targets;
  if (target === undefined) return { kind: 'done' };
  const header = [...new Set(effects.headerLines)];
  if (others.length > 0 || header.length > 0) {
    return await takeApart(mail, queue, partsFor(pass, targets, header));
  }
  mail.todo.rcpt_to = [addressLike(mail.todo.mail_from, target.address)];
  mail.todo.domain = domainOf(target.address);
  settleChannel(mail, target.route.channel);
  return await nextHosts(policy, target.route, mail, queue);
}

/** Takes up a queue file of the process or reprocess channel. Rejects on trouble. */
export async function takeUp(
  plugin: HarakaPlugin,
  mail: QueuedMail,
  own: OwnNotes,
  queue: OutboundQueue,
): Promise<NextHopAnswer> {
  const pass: Pass = { plugin, policy: gateway().policy, mail, own, queue };
  const decision = await decide(pass);
  const { verdict, effects } = decision;
  for (const line of effects.logLines) plugin.lognotice(line);
  const command = { command: 'RCPT', argument: `to=<${own.address}>` } as const;
  for (const one of decision.shadowed.filter(wouldMatter)) {
    plugin.lognotice(`${own.channel}: ${shadowLine(command, one)}`);
  }
  switch (verdict.kind) {
    case 'defer':
      plugin.lognotice(`${own.channel}: defer ${own.address}: ${verdict.cause}`);
      return { kind: 'defer', reply: verdict.reply };
    case 'reject': {
      const entry = verdict.place ?? 'none';
      plugin.lognotice(`${own.channel}: reject ${own.address} entry=${entry}: ${verdict.reply.text}`);
      return { kind: verdict.reply.code >= 500 ? 'bounce' : 'defer', reply: verdict.reply };
    }
    case 'accept':
      return await carryOut(pass, decision);
  }
}
