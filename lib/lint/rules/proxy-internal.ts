/*
 * Proxies that may pass on the addresses of clients, and that are in an internal network themselves: a client whose
 * address they do not pass on comes in as internal.
 */
import type { Finding, RequestRule } from '../rule.js';
import { internalChoice, placeOfChoice } from '../source-channel.js';

export const proxyInternal = {
  code: 'lint/proxy-internal',
  about:
    'A proxy that Haraka trusts to pass on the addresses of clients is in an internal network. A client whose address it does not pass on comes in as internal and may relay. Leave the address of the proxy out of the internal networks.',
  *check(subject) {
    const hint = 'leave the address of the proxy out of the internal networks';
    const findings: Finding[] = [];
    for (const { written, addresses, span } of subject.proxies) {
      const choice = yield* internalChoice(subject, addresses, `the proxy \`${written}\``, span);
      if (choice === null) continue;
      const message = `the proxy \`${written}\` itself comes in on the internal channel \`${choice.decision.channel}\`, and so does every client whose address it does not pass on`;
      const related = [{ message: 'switched here', span: placeOfChoice(subject.compiled, choice) }];
      findings.push({ span, message, hint, related });
    }
    return findings;
  },
} as const satisfies RequestRule;
