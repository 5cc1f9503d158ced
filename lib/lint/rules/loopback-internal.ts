/*
 * Clients at a loopback address come in on an internal channel. A proxy or scanner on this host that hides its clients
 * would make all of them internal.
 */
import type { Finding, RequestRule } from '../rule.js';
import { internalChoice, placeOfChoice } from '../source-channel.js';

export const loopbackInternal = {
  code: 'lint/loopback-internal',
  about:
    'Clients at a loopback address (127.0.0.1, ::1) come in on an internal channel. If a proxy or content scanner on this host hands mail on without the address of its client, everyone who connects to it counts as internal. Leave loopback addresses out of the internal networks.',
  *check(subject) {
    const hint = 'leave loopback addresses out, unless the proxy passes on the address of each client';
    const findings: Finding[] = [];
    for (const address of ['127.0.0.1', '::1']) {
      const choice = yield* internalChoice(subject, [address], `clients at ${address}`, null);
      if (choice === null) continue;
      const span = placeOfChoice(subject.compiled, choice);
      const message = `clients at \`${address}\` come in on the internal channel \`${choice.decision.channel}\`: a proxy or scanner on this host would make all of its clients internal`;
      findings.push({ span, message, hint });
    }
    return findings;
  },
} as const satisfies RequestRule;
