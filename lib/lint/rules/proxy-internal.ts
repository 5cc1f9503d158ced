/*
 * Proxies that may pass on the addresses of clients, and that are in an internal network themselves: a client whose
 * address they do not pass on comes in as internal.
 */
import type { Lookup } from '../../engine/index.js';
import { isForStrangersOnly, noName } from '../../policy/index.js';
import type { Finding, RequestRule } from '../rule.js';
import { initialPorts, placeOfChoice, sourceChannelOf } from '../source-channel.js';
import type { LintSubject, TrustedProxy } from '../subject.js';

function* findingFor(subject: LintSubject, proxy: TrustedProxy): Lookup<Finding[]> {
  const { policy } = subject;
  const { written, addresses, span } = proxy;
  const clients = addresses.flatMap((address) => initialPorts(policy).map((port) => ({ address, port })));
  for (const { address, port } of clients) {
    const what = `the source channel of the proxy \`${written}\``;
    const asked = yield* subject.ask(what, span, (environment) =>
      sourceChannelOf(policy, { address, port, reverseName: noName }, environment),
    );
    if (asked === null) return [];
    const { switched, channel } = asked.answer.decision;
    if (!switched || isForStrangersOnly(policy, channel)) continue;
    return [
      {
        span,
        message: `the proxy \`${written}\` itself comes in on the internal channel \`${channel}\`, and so does every client whose address it does not pass on`,
        hint: 'leave the address of the proxy out of the internal networks',
        related: [{ message: 'switched here', span: placeOfChoice(subject.compiled, asked.answer) }],
      },
    ];
  }
  return [];
}

function* findProxies(subject: LintSubject): Lookup<readonly Finding[]> {
  const findings: Finding[][] = [];
  for (const proxy of subject.proxies) findings.push(yield* findingFor(subject, proxy));
  return findings.flat();
}

export const proxyInternal = {
  code: 'lint/proxy-internal',
  severity: 'warning',
  about:
    'A proxy that Haraka trusts to pass on the addresses of clients is in an internal network. A client whose address it does not pass on comes in as internal and may relay. Leave the address of the proxy out of the internal networks.',
  check: findProxies,
} as const satisfies RequestRule;
