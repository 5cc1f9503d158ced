/*
 * Clients with a certain confirmed name may relay. Anyone who controls the DNS of such a name can therefore relay.
 */
import { groupBy } from '../group-by.js';
import { type RelayingClients, relayingClients } from '../named-clients.js';
import { oneFinding, type RequestRule } from '../rule.js';
import { initialPorts } from '../source-channel.js';

export const nameMayRelay = {
  code: 'lint/name-may-relay',
  about:
    'A rewrite rule or a host in a channel block switches clients with a certain host name to a channel whose clients may relay. Whoever controls the DNS of such a name can relay. If that is not intended, set `switch_lookup: literal`, so that only addresses of clients count.',
  *check(subject) {
    const ports = initialPorts(subject.policy);
    const found = yield* relayingClients(subject, ports, (name) => ({ kind: 'confirmed', name }));
    const describe = ({ names, channel }: RelayingClients) => ({
      message: `anyone who controls ${names} may relay: such clients come in on the channel \`${channel}\``,
      hint: 'a name counts only if it resolves back to the client; to decide by addresses alone set `switch_lookup: literal`',
    });
    return [...groupBy(found, ({ channel }) => channel).values()].flatMap((group) =>
      oneFinding(group, describe, ({ names }) => `so may anyone who controls ${names}`),
    );
  },
} as const satisfies RequestRule;
