/*
 * Clients with a certain name may relay, and names need not be confirmed on their channel, so any client can claim one.
 */
import { confirmationOf } from '../../channel/index.js';
import { initialChannel } from '../../decide/index.js';
import { channelNamed } from '../../policy/index.js';
import { groupBy } from '../group-by.js';
import { relayingClients } from '../named-clients.js';
import { type RequestRule, relatedPlaces } from '../rule.js';
import { initialPorts } from '../source-channel.js';

export const nameUnconfirmed = {
  code: 'lint/name-unconfirmed',
  about:
    'The keyword `forwardchecknone` lets the reverse DNS name of a client count although the name does not resolve back to its address, and clients with such a name may relay. Anyone can give their own address that name. Remove `forwardchecknone`.',
  *check(subject) {
    const { policy } = subject;
    const ports = initialPorts(policy).filter(
      (port) => confirmationOf(initialChannel(policy, port)) === 'none',
    );
    const cause = 'assumed by the check';
    const found = yield* relayingClients(subject, ports, (name) => ({ kind: 'unconfirmed', name, cause }));
    return [...groupBy(found, ({ initial }) => initial)].map(([initial, clients]) => {
      const { keywords, span } = channelNamed(policy, initial);
      return {
        span: keywords.get('forwardchecknone')?.span ?? span,
        message: `any client that gives its address ${clients[0].names} in the DNS may relay: \`forwardchecknone\` accepts names that do not resolve back to the client`,
        hint: 'remove `forwardchecknone`, so that only confirmed names count',
        related: relatedPlaces(clients, ({ names }) => `${names} switches to a channel that may relay`),
      };
    });
  },
} as const satisfies RequestRule;
