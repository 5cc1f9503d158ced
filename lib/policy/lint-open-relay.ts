/*
 * Whether a stranger may send mail from one outside host to another: the one thing that a gateway must not do. Asked of
 * every channel that connections start with, by the question of a plain envelope.
 */

import { type Channel, hasKeyword } from '../channel/channel.js';
import { type Diagnostic, warningAt } from '../diagnostics/diagnostic.js';
import type { Environment } from '../lookup/environment.js';
import type { Lookup } from '../lookup/lookup.js';
import { decideRecipient } from './decide-recipient.js';
import { askPolicy } from './lint-question.js';
import { unknownHost } from './outside-host.js';
import { channelNamed, type Policy } from './policy.js';
import { isReprocessing } from './reprocessing.js';
import type { RecipientRequest, Session } from './session.js';
import { listenerChannels, strangerUnderTls } from './stranger-channels.js';

const sender = 'stranger@sender.invalid';

const request: RecipientRequest = {
  to: { kind: 'address', address: { route: [], localPart: 'somebody', domain: unknownHost } },
  originalRecipient: null,
  notify: new Set(),
};

/** A client of whom nothing is known, from a network that is for documentation. Ref: RFC 5737 3 */
function strangerOn(channel: Channel): Session {
  return {
    client: { address: '192.0.2.1', port: 4000 },
    server: { address: '192.0.2.2', port: 25 },
    reverseName: { kind: 'none', cause: 'none is assumed' },
    sourceChannel: channel.name,
    helo: 'sender.invalid',
    esmtp: true,
    tls: false,
    authUser: null,
  };
}

/**
 * The channels that connections start with and that are switched away from when the client is one of ours, and those that
 * TLS alone switches to from there.
 */
export function outsideChannels(policy: Policy): Channel[] {
  const first = listenerChannels(policy).filter((channel) => hasKeyword(channel, 'switchchannel'));
  const underTls = first.flatMap((channel) => strangerUnderTls(policy, channel) ?? []);
  return [...new Set([...first, ...underTls])];
}

/** Asks whether the policy, with its access tables, is an open relay; a warning for each channel that is one. */
export function* lintOpenRelay(
  policy: Policy,
  newEnvironment: () => Environment,
): Lookup<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  const options = { tables: true, bothPasses: false };
  for (const channel of outsideChannels(policy)) {
    const what = `whether strangers on \`${channel.name}\` may relay`;
    const asked = yield* askPolicy(what, channel.span, newEnvironment, (environment) =>
      decideRecipient(policy, strangerOn(channel), sender, request, options, environment),
    );
    if ('finding' in asked) {
      diagnostics.push(asked.finding);
      continue;
    }
    const { verdict, deliveries } = asked.answer;
    // Mail may leave by a channel that nothing comes in on.
    const outside = deliveries.find(
      (one) =>
        hasKeyword(channelNamed(policy, one.channel), 'switchchannel') ||
        (!isReprocessing(one.channel) && one.address.endsWith(`@${unknownHost}`)),
    );
    if (verdict.kind !== 'accept' || outside === undefined) continue;
    const guarded = hasKeyword(channel, 'switchchannel')
      ? ''
      : `every stranger gets there by STARTTLS: give \`${channel.name}\` the keyword \`switchchannel\` and `;
    diagnostics.push(
      warningAt(
        channel.span,
        'lint/open-relay',
        `this is an open relay: mail of strangers on \`${channel.name}\` goes out again by \`${outside.channel}\``,
        {
          hint: `${guarded}put the entry \`${channel.name}|*|${outside.channel}|*   $NRelaying$ not$ permitted\` into ORIG_SEND_ACCESS`,
        },
      ),
    );
  }
  return diagnostics;
}
