/*
 * A rewrite rule takes the hosts below a domain, which are inside, but not the domain itself, whose mail goes outside.
 */
import { foldDomain } from '../../address/index.js';
import { exampleHost } from '../../proof/index.js';
import { rulesOf } from '../../rewrite/index.js';
import { destinationOf } from '../host-destination.js';
import type { Finding, RequestRule } from '../rule.js';

export const bareDomain = {
  code: 'lint/bare-domain',
  about:
    'A rewrite rule such as `.example.com` takes the hosts below a domain but not the domain itself, whose mail goes outside. If the domain is yours too, add a rule for it.',
  *check(subject) {
    const { policy } = subject;
    const findings: Finding[] = [];
    const known = new Set<string>();
    for (const { pattern } of rulesOf(subject.compiled.rules)) {
      const host = pattern.kind === 'suffix' ? exampleHost(pattern) : null;
      const domain = pattern.text.slice(1);
      if (host === null || !domain.includes('.') || known.has(foldDomain(domain))) continue;
      known.add(foldDomain(domain));
      const { span } = pattern;
      const what = `where mail for \`${domain}\` goes`;
      const asked = yield* subject.ask(what, span, function* (environment) {
        const below = yield* destinationOf(policy, host, environment);
        return { below, itself: yield* destinationOf(policy, domain, environment) };
      });
      if (asked === null || asked.answer.below.isOutside || !asked.answer.itself.isOutside) continue;
      const message = `\`${pattern.text}\` does not match the domain \`${domain}\` itself: mail for it ${asked.answer.itself.text}`;
      const hint = `add a rewrite rule for \`${domain}\` if the domain is yours too`;
      findings.push({ span, message, hint });
    }
    return findings;
  },
} as const satisfies RequestRule;
