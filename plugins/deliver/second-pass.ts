/*
 * The second pass: a message on the process channel is reprocessed. The address is rewritten and decided on with source channel
 * `process` or, on `reprocess`, with the one that the message came in on. A single target replaces the recipient; several become
 * queue files of their own, all on disk before the original is removed.
 * Ref: PMDF 26.7
 */
import { decideReprocessed, type RecipientDecision } from '../../lib/decide/index.js';
import {
  noRecipientNotary,
  notaryFor,
  type RecipientNotary,
  wantsSuccess,
  withoutSuccess,
} from '../../lib/notary/index.js';
import { bitbucketChannel, deliveryRoute, type Policy, processChannel } from '../../lib/policy/index.js';
import {
  addressLike,
  type HarakaAddress,
  type HarakaPlugin,
  type NextHopAnswer,
  type OutboundQueue,
  type QueuedMail,
} from '../haraka/index.js';
import { gateway, settleChannel, shadowLines, writeHeldFile } from '../support/index.js';
import { copiesOf, domainOf } from './copies.js';
import { mailboxKey, withoutRepeats } from './mailboxes.js';
import { nextHosts } from './next-hosts.js';
import { expandedRecipient } from './notary/due-notices.js';
import { askedIn, declaredIn, withAddress, withAsked } from './notary/own-asked.js';
import { joiningOf } from './notices/joined-notices.js';
import { sendNotice } from './notices/send-notice.js';
import { arrivalOf } from './notices/write-notices.js';
import { keepNotes, type OwnNotes, ownNotesOf } from './own-notes.js';
import type { PlannedDelivery } from './plan.js';
import { type Part, splitIntoFiles } from './split-into-files.js';

interface Pass {
  readonly plugin: HarakaPlugin;
  readonly policy: Policy;
  readonly mail: QueuedMail;
  readonly own: OwnNotes;
  readonly queue: OutboundQueue;
}

/** An envelope From without brackets; the empty string for the null sender. */
export function bareFrom(address: HarakaAddress): string {
  return address.user === '' && address.host === '' ? '' : address.address;
}

async function decide({ policy, mail, own }: Pass): Promise<RecipientDecision> {
  const reprocessed = {
    server: { address: '', port: 0 },
    envelopeFrom: bareFrom(mail.todo.mail_from),
    address: own.address,
    channel: own.channel,
    source: own.source ?? processChannel,
    tables: gateway().isEnabled('access'),
    released: own.released,
  };
  return await gateway().decide(policy, (environment) => decideReprocessed(policy, reprocessed, environment));
}

/** The message of a queue file, without dot stuffing. */
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

async function hold({ policy, mail, own }: Pass, addresses: readonly string[]): Promise<string> {
  const named = addressLike(mail.todo.mail_from, own.address).address;
  const asked = askedIn(own, named);
  return await writeHeldFile(gateway().heldFolder(policy), {
    name: mail.todo.uuid,
    from: bareFrom(mail.todo.mail_from),
    declared: declaredIn(own),
    to: addresses.map((address) => ({ address, notary: notaryFor(asked, named, address) })),
    isExpanded: true,
    message: await messageOf(mail),
  });
}

function partsFor(
  { mail, own }: Pass,
  targets: readonly PlannedDelivery[],
  header: readonly string[],
): Part[] {
  return copiesOf(targets).map(({ first, deliveries }) => {
    const recipients = deliveries.map(({ address }) => addressLike(mail.todo.mail_from, address));
    const asked = recipients.map(
      ({ address }, at) => [address, deliveries[at]?.notary ?? noRecipientNotary] as const,
    );
    const notes = { channel: first.route.channel, address: first.address };
    return { own: withAsked(notes, asked, declaredIn(own)), recipients, header };
  });
}

/** Tells the sender that the recipient became several addresses. Ref: RFC 3461 5.2.7.3 (c) */
async function reportExpansion({ plugin, mail, own, queue }: Pass, asked: RecipientNotary): Promise<void> {
  await sendNotice(plugin, queue, {
    notice: {
      action: 'expanded',
      envelopeFrom: bareFrom(mail.todo.mail_from),
      message: declaredIn(own).notary,
      recipients: [expandedRecipient({ named: own.address, notary: asked })],
    },
    channel: own.channel,
    arrival: arrivalOf(mail.todo.queue_time),
    original: { text: queue.textOf(mail), notes: mail.todo.notes },
    joining: joiningOf(mail),
  });
}

/** Carries out the decision on an accepted address. A mailbox that has the message directly does not get it again. */
async function carryOut(pass: Pass, decision: RecipientDecision): Promise<NextHopAnswer> {
  const { plugin, policy, mail, own, queue } = pass;
  const { effects } = decision;
  const what = `${own.channel}: ${own.address}`;
  const direct = new Set(own.direct);
  const deliveries = decision.deliveries.filter(
    ({ channel, address }) => !direct.has(mailboxKey(channel, address)),
  );
  if (deliveries.length < decision.deliveries.length) plugin.lognotice(`${what} has the message directly`);
  if (deliveries.length === 0) return { kind: 'done' };
  if (effects.hold) {
    const addresses = deliveries.map(({ address }) => address);
    plugin.lognotice(`${what} held in ${await hold(pass, addresses)}`);
    return { kind: 'done' };
  }
  const ways = deliveries.map(({ address, channel }) => `${channel}:${address}`);
  plugin.lognotice(`${what} -> ${effects.bitbucket ? bitbucketChannel : ways.join(' ')}`);
  const mailboxes = effects.bitbucket ? [] : withoutRepeats(deliveries);
  const named = addressLike(mail.todo.mail_from, own.address).address;
  const asked = askedIn(own, named);
  const isExpanded = mailboxes.length > 1;
  const each = isExpanded ? withoutSuccess(asked) : asked;
  const targets = mailboxes
    .map(({ address, channel }) => ({
      address,
      route: deliveryRoute(policy, channel),
      forwardedBy: null,
      notary: notaryFor(each, named, address),
    }))
    .filter(({ route }) => route.method !== 'discard');
  const [target, ...others] = targets;
  if (target === undefined) return { kind: 'done' };
  const header = [...new Set(effects.headerLines)];
  if (others.length > 0 || header.length > 0) {
    const reportExpanded = isExpanded && wantsSuccess(asked) ? () => reportExpansion(pass, asked) : null;
    return await splitIntoFiles(mail, queue, partsFor(pass, targets, header), reportExpanded);
  }
  const recipient = addressLike(mail.todo.mail_from, target.address);
  mail.todo.rcpt_to = [recipient];
  // A report of ours or a bounce has no notes.
  if (ownNotesOf(mail) !== null) keepNotes(mail, withAddress(own, named, [recipient.address, target.notary]));
  mail.todo.domain = domainOf(target.address);
  settleChannel(mail, target.route.channel);
  return await nextHosts(policy, target.route, mail, queue);
}

/** Reprocesses a queue file of the process or reprocess channel. Rejects on failure. */
export async function reprocess(
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
  for (const line of shadowLines(command, decision.shadowed)) plugin.lognotice(`${own.channel}: ${line}`);
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
