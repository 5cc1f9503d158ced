/*
 * Proxies in front of the gateway that lie in an internal network. They pass the addresses of their clients on; whatever
 * they send without one comes in as if it came from inside.
 */
import type { Environment, Lookup } from '../engine/index.js';
import { type CompiledPolicy, isForStrangersOnly, noName } from '../policy/index.js';
import { askPolicy } from '../proof/index.js';
import { type Diagnostic, type Span, warningAt } from '../text/index.js';
import { choose, placeOfChoice, portsOf } from './clients.js';

/** A host, or the ends of a network, that may say which client a connection is from; `span` is where that is said. */
export interface TrustedProxy {
  readonly written: string;
  readonly addresses: readonly string[];
  readonly span: Span;
}

/** Finds proxies that count as internal themselves. */
export function* lintProxies(
  compiled: CompiledPolicy,
  proxies: readonly TrustedProxy[],
  newEnvironment: () => Environment,
): Lookup<Diagnostic[]> {
  const { policy } = compiled;
  const diagnostics: Diagnostic[] = [];
  for (const { written, addresses, span } of proxies) {
    const clients = addresses.flatMap((address) => portsOf(policy).map((port) => ({ address, port })));
    for (const { address, port } of clients) {
      const client = { address, port, reverseName: noName };
      const what = `where the proxy \`${written}\` comes in`;
      const asked = yield* askPolicy(what, span, newEnvironment, (environment) =>
        choose(policy, client, environment),
      );
      if ('finding' in asked) {
        diagnostics.push(asked.finding);
        break;
      }
      const { switched, channel } = asked.answer.decision;
      if (!switched || isForStrangersOnly(policy, channel)) continue;
      const message = `the proxy \`${written}\` itself comes in on \`${channel}\`: so does every client that it does not name`;
      diagnostics.push(
        warningAt(span, 'lint/proxy-internal', message, {
          hint: 'leave its address out of the internal networks',
          related: [{ message: 'switched here', span: placeOfChoice(compiled, asked.answer) }],
        }),
      );
      break;
    }
  }
  return diagnostics;
}
