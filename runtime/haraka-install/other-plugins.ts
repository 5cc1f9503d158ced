/*
 * Plugins of others that decide the same as ours: who may relay, which recipients are accepted, where mail goes.
 */
import type { PluginName } from '../../lib/decide/index.js';
import { isAuthPlugin } from './plugin-list.js';

/** What another plugin decides beside ours. */
export interface OtherDecider {
  /** Follows the name of the plugin. */
  readonly what: string;
  readonly hint: string;
  /** Why `pmdf init` comments its line out; undefined to leave that to the administrator. */
  readonly whyOut?: string;
}

const restHint = 'comment the line out';

/** Beside any of ours. */
const always = new Map<string, OtherDecider>([
  [
    'relay',
    {
      what: 'lets clients relay by its own lists, regardless of their channel',
      hint: `${restHint}; an inside channel, and the rewrite rules that switch clients to it, decide who may relay`,
      whyOut: 'the channels decide who may relay; a second list would permit more',
    },
  ],
]);

const acceptsRecipients = {
  what: 'accepts recipients by its own lists, regardless of the channels',
  hint: `${restHint}: \`pmdf/deliver\` accepts the recipients that reach a channel`,
};

/** Beside pmdf/deliver. */
const besideDeliver = new Map<string, OtherDecider>([
  [
    'aliases',
    {
      what: 'replaces recipients by its own list, before the channels are chosen',
      hint: `${restHint}, and write its entries into config/pmdf/general.txt or config/pmdf/aliases`,
      whyOut: 'its aliases to the outside look like relaying; write them into config/pmdf/general.txt',
    },
  ],
  [
    'pmdf/forward',
    {
      what: 'has nothing to do: `pmdf/deliver` forwards',
      hint: restHint,
      whyOut: 'pmdf/deliver forwards',
    },
  ],
  [
    'rcpt_to.in_host_list',
    { ...acceptsRecipients, whyOut: 'pmdf/deliver accepts recipients; config/host_list is no longer used' },
  ],
  ['qmail-deliverable', acceptsRecipients],
  ['rcpt-ldap', acceptsRecipients],
  ['rcpt-postgresql', acceptsRecipients],
  ['recipient-routes', acceptsRecipients],
  [
    'queue/smtp_proxy',
    {
      what: 'offers every recipient to one mail server, regardless of the channel',
      hint: 'use `queue/smtp_forward` instead',
      whyOut: 'it offers every recipient to one mail server, regardless of the channel',
    },
  ],
  ['queue/discard', { what: 'discards mail', hint: restHint, whyOut: 'it discards mail' }],
  ['queue/test', { what: 'writes mail into a file and delivers nothing', hint: restHint }],
]);

/** What a plugin decides beside our enabled ones; null if nothing. */
export function otherDeciders(name: string, enabled: ReadonlySet<PluginName>): OtherDecider | null {
  if (enabled.size === 0) return null;
  const decides = always.get(name);
  if (decides !== undefined) return decides;
  if (enabled.has('deliver')) {
    return besideDeliver.get(name) ?? (name.startsWith('rcpt_to.') ? acceptsRecipients : null);
  }
  if (isAuthPlugin(name) && !enabled.has('auth')) {
    return {
      what: 'lets every client that authenticates relay, regardless of its channel',
      hint: 'add the line `pmdf/auth` above it, which lets the channel decide',
    };
  }
  return null;
}
