/*
 * Whether a policy that is an open relay may be put in force: only where the setting `open_relay` says that it is meant.
 */
import type { Policy } from '../policy/index.js';
import type { Diagnostic } from '../text/index.js';

/** The advice for anyone who wants the policy as it is. */
export const openRelayWord = 'or, if every client may relay, set `open_relay: allowed` in pmdf.yaml';

/** Makes errors of the findings that the policy is an open relay, unless the setting allows it; other findings stay as they are. */
export function refuseOpenRelay(policy: Policy, findings: readonly Diagnostic[]): readonly Diagnostic[] {
  if (policy.settings.openRelay === 'allowed') return findings;
  return findings.map((one) => {
    if (one.code !== 'lint/open-relay') return one;
    const hint = one.hint === undefined ? openRelayWord : `${one.hint}, ${openRelayWord}`;
    return { ...one, severity: 'error', hint };
  });
}
