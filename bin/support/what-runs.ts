/*
 * Which plugins of the bundle an install runs, by its config/plugins. Without that file every plugin counts as running.
 */
import { everyPlugin, type PluginName, pluginNames } from '../../lib/decide/index.js';
import type { Diagnostic } from '../../lib/text/index.js';
import { findCertificates } from '../../runtime/certificates/index.js';
import { enabledIn, firstStartError } from '../../runtime/haraka-install/index.js';
import type { World } from '../../runtime/index.js';

/** What runs in an install. */
export interface WhatRuns {
  /** Whether there is a config/plugins to read. */
  readonly isKnown: boolean;
  readonly ours: ReadonlySet<PluginName>;
  /** How STARTTLS is offered: as the channel says, to everyone by Haraka's plugin `tls` alone, or not at all. */
  readonly startTls: 'by channel' | 'to everyone' | 'never';
  /** Why STARTTLS is not as the channel says; null when it is. */
  readonly whyNot: string | null;
  /** The line of config/plugins that keeps Haraka from starting, and why; null when there is none. */
  readonly startError: Diagnostic | null;
}

const everything: WhatRuns = {
  isKnown: false,
  ours: everyPlugin,
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

/** Determines what runs; `now` in milliseconds since 1970. */
function whatRuns(configFolder: string, now: number): WhatRuns {
  const listed = enabledIn(configFolder);
  if (listed === null) return everything;
  return {
    isKnown: true,
    ours: new Set(pluginNames.filter((name) => listed.has(`pmdf/${name}`))),
    ...startTlsOf(listed, configFolder, now),
    startError: firstStartError(configFolder),
  };
}

const known = new WeakMap<World, WhatRuns>();

/** What runs beside a configuration; determined once for each opened one. */
export function whatRunsIn(world: World): WhatRuns {
  const found = known.get(world) ?? whatRuns(world.configFolder, Date.now());
  known.set(world, found);
  return found;
}
