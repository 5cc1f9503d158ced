/*
 * What `pmdf check` says beside its findings, for formats that have a place for it: whether strangers can relay, what servers
 * are, and the hash of the policy.
 */
import { type Findings, noPaint } from '../support/index.js';
import { liveText } from './live.js';
import { relayingText } from './relaying.js';

/** A text about the whole configuration, in one line or several. */
export interface Remark {
  readonly title: 'relaying' | 'servers' | 'policy';
  readonly lines: readonly string[];
}

/** The remarks that have something to say. */
export function remarksOf(findings: Findings): readonly Remark[] {
  const { live, hash } = findings;
  const remarks: readonly Remark[] = [
    { title: 'relaying', lines: relayingText(findings, noPaint) },
    { title: 'servers', lines: live === null ? [] : liveText(live, noPaint) },
    { title: 'policy', lines: hash === null ? [] : [`policy hash=${hash}`] },
  ];
  return remarks.filter(({ lines }) => lines.length > 0);
}
