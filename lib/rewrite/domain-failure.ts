/*
 * What a rule gives when a directory cannot say whether a domain is local: the rest of its template is replaced, as by
 *   reprocess-daemon$Mtcp_local$1M$1~-error$4000000?Temporary lookup failure
 * which is the default of DOMAIN_FAILURE. The address goes to `reprocess-daemon`, to be tried again; where it came from
 * `tcp_local` or from a channel that reprocesses, to a host that does not exist, and the client is told to try later.
 * Ref: Messaging Server 6.3 Administration Guide 9.1.1.6
 */
import { isReprocessing } from './controls.js';
import type { RoutingChannel } from './rewrite-context.js';
import type { RuleResult } from './rule-result.js';

const outsideChannel = 'tcp_local';
const again = 'reprocess-daemon';
const nowhere = 'reprocess-daemon-error';
const errorText = { status: '4.0.0', text: 'Temporary lookup failure' };

/** The result of a rule that was expanded as far as `user` and `host`; `source` is null while it is not known. */
export function domainFailure(user: string, host: string, source: RoutingChannel | null): RuleResult {
  const waits =
    source?.appliesRules === true && source.name.toLowerCase() !== outsideChannel && !isReprocessing(source);
  const routingSystem = waits ? again : nowhere;
  return {
    kind: 'route',
    user,
    host,
    routeHost: null,
    routingSystem,
    settings: { tag: undefined, errorText },
  };
}
