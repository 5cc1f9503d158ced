/*
 * All areas by name: those that run, and those whose part of the product does not exist, with the reason.
 */
import type { Area } from './area.js';
import { access } from './areas/access.js';
import { accessFlags } from './areas/access-flags.js';
import { accessPhase } from './areas/access-phase.js';
import { accessProbe } from './areas/access-probe.js';
import { accessRelaySeed } from './areas/access-relay-seed.js';
import { alias } from './areas/alias.js';
import { calloutDns } from './areas/callout-dns.js';
import { calloutMetermaid } from './areas/callout-metermaid.js';
import { calloutThrottle } from './areas/callout-throttle.js';
import { completeAddress } from './areas/complete-address.js';
import { config } from './areas/config.js';
import { directory } from './areas/directory.js';
import { directoryConfig } from './areas/directory-config.js';
import { dispatcher } from './areas/dispatcher.js';
import { forward } from './areas/forward.js';
import { ldapMapping } from './areas/ldap-mapping.js';
import { ldapRewrite } from './areas/ldap-rewrite.js';
import { ldapUrl } from './areas/ldap-url.js';
import { limit } from './areas/limit.js';
import { mappingMatch } from './areas/mapping-match.js';
import { mappingTable } from './areas/mapping-table.js';
import { processChannel } from './areas/process-channel.js';
import { reverse } from './areas/reverse.js';
import { rewrite } from './areas/rewrite.js';
import { rewriteExtract } from './areas/rewrite-extract.js';
import { rewritePattern } from './areas/rewrite-pattern.js';
import { rewriteProbeOrder } from './areas/rewrite-probe-order.js';
import { sasl } from './areas/sasl.js';
import { switchArea } from './areas/switch.js';
import { tls } from './areas/tls.js';
import { tlsFiles } from './areas/tls-files.js';

/** The areas that run against the engine. */
export const areas: ReadonlyMap<string, Area> = new Map([
  ['access', access],
  ['access-flags', accessFlags],
  ['access-phase', accessPhase],
  ['access-probe', accessProbe],
  ['access-relay-seed', accessRelaySeed],
  ['alias', alias],
  ['callout-dns', calloutDns],
  ['callout-metermaid', calloutMetermaid],
  ['callout-throttle', calloutThrottle],
  ['complete-address', completeAddress],
  ['config', config],
  ['directory', directory],
  ['directory-config', directoryConfig],
  ['dispatcher', dispatcher],
  ['forward', forward],
  ['ldap-mapping', ldapMapping],
  ['ldap-rewrite', ldapRewrite],
  ['ldap-url', ldapUrl],
  ['limit', limit],
  ['mapping-match', mappingMatch],
  ['mapping-table', mappingTable],
  ['process-channel', processChannel],
  ['reverse', reverse],
  ['rewrite', rewrite],
  ['rewrite-extract', rewriteExtract],
  ['rewrite-pattern', rewritePattern],
  ['rewrite-probe-order', rewriteProbeOrder],
  ['sasl', sasl],
  ['switch', switchArea],
  ['tls', tls],
  ['tls-files', tlsFiles],
]);

/** The areas that are skipped, with the reason. */
export const laterAreas: ReadonlyMap<string, string> = new Map();
