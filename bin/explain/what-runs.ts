/*
 * Which parts of the policy an install asks, by its config/plugins. A configuration without that file is looked at by
 * itself, as if everything ran.
 */
import type { Diagnostic } from '../../lib/text/index.js';
import { findCertificates } from '../../runtime/certificates/index.js';
import {
  enabledIn,
  firstStartError,
  type PluginName,
  pluginNames,
} from '../../runtime/haraka-install/index.js';

/** What runs in an install. */
export interface WhatRuns {
  /** Whether there is a config/plugins to be read. */
  readonly isKnown: boolean;
  readonly ours: ReadonlySet<PluginName>;
  /** How STARTTLS is offered: as the channel says, to everyone by Haraka's plugin `tls` alone, or not at all. */
  readonly startTls: 'by channel' | 'to everyone' | 'never';
  /** Why STARTTLS is not as the channel says; null when it is. */
  readonly whyNot: string | null;
  /** The line of config/plugins with which Haraka does not start, and why; null when there is none. */
  readonly startError: Diagnostic | null;
}

const everything: WhatRuns = {
  isKnown: false,
  ours: new Set(pluginNames),
  startTls: 'by channel',
  whyNot: null,
  startError: null,
};

type StartTls = Pick<WhatRuns, 'startTls' | 'whyNot'>;

function startTlsOf(listed: ReadonlySet<string>, configFolder: string, now: number): StartTls {
  if (!listed.has('tls')) return { startTls: 'never', whyNot: '`tls` is not in config/plugins' };
  if (findCertificates(configFolder, now).value.usual.length === 0)
    return { startTls: 'never', whyNot: 'there is no usable certificate' };
  if (listed.has('pmdf/maytls')) return { startTls: 'by channel', whyNot: null };
  return { startTls: 'to everyone', whyNot: '`pmdf/maytls` is not in config/plugins' };
}

/** Finds out what runs; `now` in milliseconds since 1970. */
export function whatRuns(configFolder: string, now: number): WhatRuns {
  const listed = enabledIn(configFolder);
  if (listed === null) return everything;
  return {
    isKnown: true,
    ours: new Set(pluginNames.filter((name) => listed.has(`pmdf/${name}`))),
    ...startTlsOf(listed, configFolder, now),
    startError: firstStartError(configFolder),
  };
}
