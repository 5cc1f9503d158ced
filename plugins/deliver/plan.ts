/*
 * Sorts the recipients of a transaction by how their channel delivers.
 */
import { isDirectoryChannelName } from '../../lib/channel/index.js';
import type { NextHop } from '../../lib/config/index.js';
import type { Delivery, RecipientDecision } from '../../lib/decide/index.js';
import {
  noRecipientNotary,
  notaryFor,
  originalOf,
  type RecipientNotary,
  withoutSuccess,
  writeOrcpt,
} from '../../lib/notary/index.js';
import {
  channelNamed,
  type DeliveryRoute,
  deliveryRoute,
  isReprocessing,
  type Policy,
} from '../../lib/policy/index.js';
import type { Hop } from '../../lib/smtp/index.js';
import type { HarakaAddress, HarakaTransaction } from '../haraka/index.js';
import { areSeveral, joinRepeats, mailboxKey, type Repeat } from './mailboxes.js';
import { routeNow } from './stopped-channels.js';

/** A recipient as the client named it, without brackets, and what was decided on it. */
export interface Recipient {
  readonly named: string;
  readonly decision: RecipientDecision;
  /** What was asked for it; absent where that is nothing. */
  readonly notary?: RecipientNotary;
}

/** Why a copy goes to another address than the client named: the recipient, and by what means. */
export interface ForwardedBy {
  readonly named: string;
  /** For the Received line: `forwarding`, or a channel. */
  readonly means: string;
  /** A directory channel; null for everything that is not a hop of its own. */
  readonly hop: Hop | null;
}

/** An address to be delivered, and how. */
export interface PlannedDelivery {
  readonly address: string;
  readonly route: DeliveryRoute;
  /** Null where the address is the one that the client named. */
  readonly forwardedBy: ForwardedBy | null;
  /** What was asked for it; absent where that is nothing. */
  readonly notary?: RecipientNotary;
  /** Of an ambiguous name: nothing is delivered, and the sender is told of these. */
  readonly candidates?: readonly string[];
}

/** Where every address of a transaction goes. */
export interface Plan {
  /** Delivered directly, while the client waits; all by the same plugin. */
  readonly through: readonly PlannedDelivery[];
  readonly queued: readonly PlannedDelivery[];
  /** On a channel that discards its mail. */
  readonly discarded: readonly PlannedDelivery[];
}

/** A name of a next hop by which two can be compared; null is the queue plugin's own. */
export function hopName(hop: NextHop | null): string {
  return hop === null
    ? 'as the queue plugin is configured'
    : `${hop.protocol}://${hop.host.toLowerCase()}:${hop.port}`;
}

/** The means by which a copy goes to another address; null if it does not. */
function meansOf({ decision }: Recipient, { address, channel, candidates }: Delivery): string | null {
  if (candidates !== undefined) return null;
  if (isReprocessing(channel)) return `${channel} channel`;
  return address === decision.address && channel === decision.channel ? null : 'forwarding';
}

/** A directory channel is a hop with a name, and keeps the address that the sender used. Ref: PMDF 3.2 */
function hopOf(policy: Policy, { named, notary }: Recipient, channel: string): Hop | null {
  if (!isDirectoryChannelName(channel)) return null;
  const original = notary?.orcpt ?? originalOf(named);
  if (original === null) return null;
  return { host: channelNamed(policy, channel).officialHostName, originalRecipient: writeOrcpt(original) };
}

function forwardedBy(policy: Policy, recipient: Recipient, delivery: Delivery): ForwardedBy | null {
  const means = meansOf(recipient, delivery);
  if (means === null) return null;
  return { named: recipient.named, means, hop: hopOf(policy, recipient, delivery.channel) };
}

/** Whether a copy for a recipient goes to another address than the client named. */
export function isForwarded(recipient: Recipient): boolean {
  return recipient.decision.deliveries.some((delivery) => meansOf(recipient, delivery) !== null);
}

/** The addresses of a recipient and what is asked for each. Of several, none reports success: the recipient itself does. */
function askedForEach(
  { named, notary = noRecipientNotary }: Recipient,
  deliveries: readonly Delivery[],
): (address: string) => RecipientNotary {
  const each = areSeveral(deliveries) ? withoutSuccess(notary) : notary;
  return (address) => notaryFor(each, named, address);
}

/** What one recipient added, so that it can be removed. */
interface Added {
  readonly address: HarakaAddress;
  readonly recipient: Recipient;
  readonly mailboxes: readonly string[];
  readonly repeats: readonly Repeat[];
  readonly planned: readonly PlannedDelivery[];
  /** The plugin that delivers it, where no recipient before it needed that one. */
  readonly plugin: string | null;
  readonly lengths: Readonly<Record<keyof Plan, number>>;
}

const ours = 'pmdf/deliver';

/** What makes a direct delivery: pmdf/deliver itself or a queue plugin; null for the durable queue. */
function deliveringPlugin(policy: Policy, { method, nextHop }: DeliveryRoute): string | null {
  if (method !== 'through') return null;
  const { throughPlugin } = policy.settings.delivery;
  if (nextHop !== null || throughPlugin === 'smtp_forward') return ours;
  // queue/lmtp itself queues, one copy for all of a domain; LMTP needs one for each recipient.
  return throughPlugin === 'lmtp' ? null : `queue/${throughPlugin}`;
}

/** Whether pmdf/deliver itself makes a direct delivery. */
export function isDeliveredHere(policy: Policy, route: DeliveryRoute): boolean {
  return deliveringPlugin(policy, route) === ours;
}

/**
 * The plan of a transaction, made recipient by recipient: every RCPT adds one, and only that one is planned, so that a thousand
 * recipients cost a thousand times one. Other plugins may replace recipients; those at the end of the list are then planned
 * again at the next RCPT, others when the message is complete. No mailbox is delivered to twice. A queue plugin gets the whole
 * transaction and cannot share it with pmdf/deliver: of a recipient that became addresses of both kinds, one kind is delivered
 * directly and the others are queued.
 */
export class Planner {
  readonly #policy: Policy;
  readonly #mailboxes = new Set<string>();
  readonly #plugins = new Set<string>();
  readonly #added: Added[] = [];
  readonly #plan: Record<keyof Plan, PlannedDelivery[]> = { through: [], queued: [], discarded: [] };

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  get plan(): Plan {
    return this.#plan;
  }

  /** The plan in which a mailbox that is reached several times reports whatever was asked for at any of them. */
  get joinedPlan(): Plan {
    const repeats = this.#added.flatMap((one) => one.repeats);
    if (repeats.length === 0) return this.#plan;
    const { through, queued, discarded } = this.#plan;
    return { through: joinRepeats(through, repeats), queued: joinRepeats(queued, repeats), discarded };
  }

  /** The plugins that would have to deliver directly, where there are several; else null. */
  get conflict(): string | null {
    return this.#plugins.size > 1 ? [...this.#plugins].join(' and ') : null;
  }

  /** The last recipient, and its deliveries without those of recipients before it. */
  get latest(): Pick<Added, 'recipient' | 'planned'> | undefined {
    return this.#added.at(-1);
  }

  get recipients(): readonly Recipient[] {
    return this.#added.map(({ recipient }) => recipient);
  }

  /** Removes what no longer matches the list at its end; returns how many of the list are planned. */
  keepTail(list: readonly HarakaAddress[]): number {
    const added = this.#added;
    while (added.length > 0 && added.at(-1)?.address !== list[added.length - 1]) this.#removeLast();
    return added.length;
  }

  /** Removes everything from the first change in the list on; returns how many of the list are planned. */
  keepAll(list: readonly HarakaAddress[]): number {
    const changed = this.#added.findIndex(({ address }, index) => address !== list[index]);
    while (changed !== -1 && this.#added.length > changed) this.#removeLast();
    return this.#added.length;
  }

  /** Plans a recipient; `address` is its place in the list. */
  add(address: HarakaAddress, recipient: Recipient): void {
    const { through, queued, discarded } = this.#plan;
    const lengths = { through: through.length, queued: queued.length, discarded: discarded.length };
    const mailboxes: string[] = [];
    const repeats: Repeat[] = [];
    const { deliveries } = recipient.decision;
    const asked = askedForEach(recipient, deliveries);
    const planned: PlannedDelivery[] = [];
    for (const delivery of deliveries) {
      const mailbox = mailboxKey(delivery.channel, delivery.address);
      const notary = asked(delivery.address);
      if (this.#mailboxes.has(mailbox)) {
        repeats.push({ mailbox, notary });
        continue;
      }
      this.#mailboxes.add(mailbox);
      mailboxes.push(mailbox);
      const route = routeNow(this.#policy, deliveryRoute(this.#policy, delivery.channel));
      const by = forwardedBy(this.#policy, recipient, delivery);
      const { address: to, candidates } = delivery;
      const told = candidates === undefined ? {} : { candidates };
      const one: PlannedDelivery = { address: to, route, forwardedBy: by, notary, ...told };
      planned.push(one);
    }
    const names = planned.flatMap(({ route }) => deliveringPlugin(this.#policy, route) ?? []);
    const plugin = names.find((name) => this.#plugins.has(name)) ?? names[0] ?? null;
    const isNew = plugin !== null && !this.#plugins.has(plugin);
    if (isNew) this.#plugins.add(plugin);
    for (const delivery of planned) {
      if (delivery.route.method === 'discard') discarded.push(delivery);
      else if (plugin !== null && deliveringPlugin(this.#policy, delivery.route) === plugin)
        through.push(delivery);
      else queued.push(delivery);
    }
    this.#added.push({
      address,
      recipient,
      mailboxes,
      repeats,
      planned,
      plugin: isNew ? plugin : null,
      lengths,
    });
  }

  #removeLast(): void {
    const last = this.#added.pop();
    if (last === undefined) return;
    for (const mailbox of last.mailboxes) this.#mailboxes.delete(mailbox);
    if (last.plugin !== null) this.#plugins.delete(last.plugin);
    const { through, queued, discarded } = this.#plan;
    through.length = last.lengths.through;
    queued.length = last.lengths.queued;
    discarded.length = last.lengths.discarded;
  }
}

const planner = Symbol('planner');

/** A transaction with its planner, which is kept in it. */
interface Planned {
  [planner]?: Planner;
}

/** The planner of a transaction, whose policy stays the same. */
export function plannerOf(transaction: HarakaTransaction & Planned, policy: Policy): Planner {
  let found = transaction[planner];
  if (found === undefined) {
    found = new Planner(policy);
    transaction[planner] = found;
  }
  return found;
}
