/*
 * Clients at a loopback address come in on an internal channel. A proxy or scanner on this host that hides its clients
 * would make all of them internal.
 */

import { initialChannel } from '../../decide/index.js';
import type { Lookup } from '../../engine/index.js';
import { isForStrangersOnly, noName } from '../../policy/index.js';
import type { Finding, RequestRule } from '../rule.js';
import { initialPorts, placeOfChoice, sourceChannelOf } from '../source-channel.js';
import type { LintSubject } from '../subject.js';

const loopbackAddresses = ['127.0.0.1', '::1'];

function* findLoopback(subject: LintSubject): Lookup<readonly Finding[]> {
  const { policy } = subject;
  const findings = new Map<string, Finding>();
  for (const address of loopbackAddresses) {
    for (const port of initialPorts(policy)) {
      const { span } = initialChannel(policy, port);
      const what = `the source channel of clients at ${address}`;
      const asked = yield* subject.ask(what, span, (environment) =>
        sourceChannelOf(policy, { address, reverseName: noName, port }, environment),
      );
      if (asked === null) continue;
      const { switched, channel } = asked.answer.decision;
      if (!switched || isForStrangersOnly(policy, channel)) continue;
      const message = `clients at \`${address}\` come in on the internal channel \`${channel}\`: a proxy or scanner on this host would make all of its clients internal`;
      const hint = 'leave loopback addresses out, unless the proxy passes on the address of each client';
      findings.set(address, { span: placeOfChoice(subject.compiled, asked.answer), message, hint });
    }
  }
  return [...findings.values()];
}

export const loopbackInternal = {
  code: 'lint/loopback-internal',
  severity: 'warning',
  about:
    'Clients at a loopback address (127.0.0.1, ::1) come in on an internal channel. If a proxy or content scanner on this host hands mail on without the address of its client, everyone who connects to it counts as internal. Leave loopback addresses out of the internal networks.',
  check: findLoopback,
} as const satisfies RequestRule;
