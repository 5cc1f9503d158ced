/*
 * Plugins of others that decide what ours decide: who may relay, which recipients are taken, where mail goes.
 */
import type { PluginName } from './our-plugins.js';
import { isAuthPlugin } from './plugin-list.js';

/** What a plugin decides beside ours. */
export interface OtherDecider {
  /** Goes on from the name of the plugin. */
  readonly what: string;
  readonly hint: string;
  /** Why `pmdf init` comments its line out; without it the line is left to the administrator. */
  readonly whyOut?: string;
}

const restHint = 'comment the line out';

/** Beside any of ours. */
const always = new Map<string, OtherDecider>([
  [
    'relay',
    {
      what: 'lets clients relay by lists of its own, regardless of their channel',
      hint: `${restHint}; a channel that allows switching, and the rule that leads to it, say who may relay`,
      whyOut: 'the channels say who may relay; a second list would let in more',
    },
  ],
]);

const vouches = {
  what: 'vouches for recipients by lists of its own, regardless of the channels',
  hint: `${restHint}: \`pmdf/deliver\` vouches for what the channels take`,
};

/** Beside pmdf/deliver. */
const besideDeliver = new Map<string, OtherDecider>([
  [
    'aliases',
    {
      what: 'replaces recipients by a list of its own, before the channels are chosen',
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
    { ...vouches, whyOut: 'pmdf/deliver vouches for recipients; config/host_list is no longer used' },
  ],
  ['qmail-deliverable', vouches],
  ['rcpt-ldap', vouches],
  ['rcpt-postgresql', vouches],
  ['recipient-routes', vouches],
  [
    'queue/smtp_proxy',
    {
      what: 'offers every recipient to the mail server behind it, whatever its channel',
      hint: 'use `queue/smtp_forward` instead',
      whyOut: 'it offers every recipient to the mail server behind it, whatever its channel',
    },
  ],
  ['queue/discard', { what: 'throws mail away', hint: restHint, whyOut: 'it throws mail away' }],
  ['queue/test', { what: 'writes mail into a file and delivers nothing', hint: restHint }],
]);

/** What a plugin decides beside those of ours that are enabled; null when nothing. */
export function otherDeciders(name: string, enabled: ReadonlySet<PluginName>): OtherDecider | null {
  if (enabled.size === 0) return null;
  const decides = always.get(name);
  if (decides !== undefined) return decides;
  if (enabled.has('deliver')) {
    return besideDeliver.get(name) ?? (name.startsWith('rcpt_to.') ? vouches : null);
  }
  if (isAuthPlugin(name) && !enabled.has('auth')) {
    return {
      what: 'lets every client that authenticates relay, regardless of its channel',
      hint: 'add the line `pmdf/auth` above it, which asks the channels',
    };
  }
  return null;
}
