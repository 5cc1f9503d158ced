/*
 * What the keywords of a channel say about notices for mail that waits or failed on it.
 * Ref: PMDF 2.3.4.20 to 2.3.4.22
 */
import { argumentOf, type Channel, countedAges, hasKeyword, isLocalChannelName } from '../channel/index.js';
import type { Mailbox, PostmasterCopies, Priority } from '../notice/index.js';
import type { Policy } from './policy.js';

export interface NoticeRules {
  /** Rising, in milliseconds; at the last one a message is returned. Not empty. */
  readonly ages: readonly number[];
  readonly failureCopies: PostmasterCopies;
  readonly delayCopies: PostmasterCopies;
  /** What comes back of the message with the copy for the postmaster. */
  readonly postmasterGets: 'message' | 'header';
  readonly from: Mailbox;
  /** Where copies for the postmaster go. */
  readonly postmaster: string;
  /** Whether notices give the address that the message was to be delivered to. */
  readonly showsFinal: boolean;
  /** The most octets of a message that comes back whole. */
  readonly mostReturned: number;
}

const usualAges: readonly number[] = [3, 6, 9, 12];
const hourMs = 3_600_000;
const blockOctets = 1024;

function localChannel(policy: Policy): Channel {
  const found = [...policy.channels.channels.values()].find(({ name }) => isLocalChannelName(name));
  if (found === undefined) throw new Error('the policy has no local channel');
  return found;
}

function writtenAges(channel: Channel, priority: Priority): readonly number[] | null {
  const own = channel.keywords.get(`${priority}notices`) ?? channel.keywords.get('notices');
  return own === undefined ? null : countedAges(own.arguments);
}

function agesOf(policy: Policy, channel: Channel, local: Channel, priority: Priority): readonly number[] {
  const unit = policy.settings.notices.returnUnits === 'hours' ? hourMs : 24 * hourMs;
  const ages = writtenAges(channel, priority) ?? writtenAges(local, priority) ?? usualAges;
  return ages.map((age) => age * unit);
}

/** Which of the keywords `sendpost`, `copysendpost`, ... is in force; `kind` is `send` or `warn`. */
function copiesOf(channel: Channel, kind: 'send' | 'warn'): PostmasterCopies {
  if (hasKeyword(channel, `${kind}post`)) return 'always';
  if (hasKeyword(channel, `copy${kind}post`)) return 'unless-null';
  if (hasKeyword(channel, `err${kind}post`)) return 'undeliverable';
  return hasKeyword(channel, `no${kind}post`) ? 'never' : 'usual';
}

/** The rules for a channel; those of the local channel for one that the policy does not have (any more). */
export function noticeRules(policy: Policy, channelName: string | null, priority: Priority): NoticeRules {
  const local = localChannel(policy);
  const channel = policy.channels.channels.get(channelName ?? local.name) ?? local;
  const { notices } = policy.settings;
  const postmaster = `postmaster@${policy.localHost}`;
  const address = argumentOf(channel, 'returnaddress') ?? notices.returnAddress ?? postmaster;
  return {
    ages: agesOf(policy, channel, local, priority),
    failureCopies: copiesOf(channel, 'send'),
    delayCopies: copiesOf(channel, 'warn'),
    postmasterGets: hasKeyword(channel, 'postheadonly') ? 'header' : 'message',
    from: {
      address: address.includes('@') ? address : `${address}@${policy.localHost}`,
      name: argumentOf(channel, 'returnpersonal') ?? notices.returnPersonal,
    },
    postmaster,
    showsFinal: !hasKeyword(channel, 'suppressfinal'),
    mostReturned:
      Math.min(notices.bounceBlockLimit, notices.contentReturnBlockLimit ?? notices.bounceBlockLimit) *
      blockOctets,
  };
}

/** Whether the ages depend on the priority of a message at all. */
export function asksPriority(policy: Policy, channelName: string | null): boolean {
  const local = localChannel(policy);
  const channel = policy.channels.channels.get(channelName ?? local.name) ?? local;
  return [channel, local].some((one) =>
    ['urgentnotices', 'normalnotices', 'nonurgentnotices'].some((keyword) => hasKeyword(one, keyword)),
  );
}
