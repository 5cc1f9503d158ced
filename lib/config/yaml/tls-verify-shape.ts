/*
 * Shape of `tls_verify`: a word for all channels, or { default, ca, channels, domains }; below a channel or a domain a
 * word, or { verify, name, ca }. A domain with a dot in front stands for all domains below it.
 * Ref: RFC 6125 6
 */
import { isChannelName } from '../../channel/index.js';
import { type TlsVerification, tlsVerifies } from '../../tls/index.js';

import { defaultSettings, type TlsVerifySettings } from '../settings.js';
import { mappingOf, section } from './collection-shapes.js';
import { domainName, domainNameOf, fileName, wrongChannelName } from './name-shapes.js';
import { choice } from './scalar-shapes.js';
import { below, type KeyTree, quoted, type Setting, type Shape } from './shape.js';
import type { YamlEntry, YamlNode } from './yaml-node.js';

const word = choice(tlsVerifies);

const written = section<TlsVerification>(
  { verify: 'name', name: null, ca: null },
  { verify: word, name: domainName, ca: fileName },
);

function readVerification(node: YamlNode, setting: Setting): TlsVerification | undefined {
  if (node.kind !== 'scalar') return written.read(node, setting);
  const verify = word.read(node, setting);
  return verify === undefined ? undefined : Object.freeze({ verify, name: null, ca: null });
}

/** A mapping from names to verifications; `keyOf` folds a name, or reports it and gives undefined. */
function byName(
  keyOf: (entry: YamlEntry, setting: Setting) => string | undefined,
): Shape<ReadonlyMap<string, TlsVerification>> {
  return {
    keys: written.keys,
    read: (node, setting) => {
      const mapping = mappingOf(node, setting);
      if (mapping === undefined) return undefined;
      const verifications = new Map<string, TlsVerification>();
      for (const entry of mapping.entries) {
        const one = below(setting, entry.key, entry.keySpan);
        const key = keyOf(entry, one);
        if (key === undefined) continue;
        setting.findings.places.set(one.path, entry.keySpan);
        const verification = readVerification(entry.value, one);
        if (verification !== undefined) verifications.set(key, verification);
      }
      return verifications;
    },
  };
}

const channels = byName((entry, setting) =>
  isChannelName(entry.key) ? entry.key : wrongChannelName(entry.keyScalar, setting, entry.key),
);

const domains = byName((entry, setting) => {
  const dot = entry.key.startsWith('.') ? '.' : '';
  const wire = domainNameOf(entry.key.slice(dot.length));
  if (wire !== null) return dot + wire;
  const hint = 'write `domain.com` for the domain, `.domain.com` for all below it';
  return setting.findings.error(
    entry.keySpan,
    'settings/domain',
    `${quoted(entry.key)} is not a domain name`,
    hint,
  );
});

const whole = section<TlsVerifySettings>(defaultSettings.tlsVerify, {
  default: word,
  ca: fileName,
  channels,
  domains,
});

const keys: KeyTree = whole.keys;

/** Which certificates of servers count. */
export const tlsVerify: Shape<TlsVerifySettings> = {
  keys,
  read: (node, setting) => {
    if (node.kind !== 'scalar' || node.value === null) return whole.read(node, setting);
    const all = word.read(node, setting);
    return all === undefined ? undefined : Object.freeze({ ...defaultSettings.tlsVerify, default: all });
  },
};
