/*
 * Shapes of names: domains, channels, files, queue plugins.
 * Ref: RFC 5321 4.1.2 (Domain), 4.5.3.1.2; PMDF 2.3.6
 */
import { wireDomain } from '../../address/index.js';
import { isChannelName } from '../../channel/index.js';
import { isLogicalName } from '../../text/index.js';

import { lineOfText } from './scalar-shapes.js';
import { noKeys, quoted, type Setting, type Shape, spanOfValue } from './shape.js';
import type { YamlNode } from './yaml-node.js';

/** Gives the wire form of a domain name, of labels of letters, digits, `-` and `_`; null for what is not one. */
export function domainNameOf(name: string): string | null {
  return name.startsWith('[') ? null : wireDomain(name, 'underscores');
}

function domainHint(name: string): string | undefined {
  const bare = name.replace(/^[.@*]+/, '').replace(/\.$/, '');
  if (bare === name || domainNameOf(bare) === null) return undefined;
  return name.startsWith('.') || name.startsWith('*')
    ? `only the domain itself is named here, subdomains each on their own: \`${bare}\``
    : `write \`${bare}\``;
}

/** A domain name, in wire form. */
export const domainName: Shape<string> = {
  keys: noKeys,
  read: (node, setting) => {
    const name = lineOfText(node, setting, 'a domain name');
    if (name === undefined) return undefined;
    const wire = domainNameOf(name);
    if (wire !== null) return wire;
    const message = `${quoted(name)} is not a domain name`;
    return setting.findings.error(node.span, 'settings/domain', message, domainHint(name));
  },
};

/** Reports a name that no channel can have. */
export function wrongChannelName(node: YamlNode, setting: Setting, name: string): undefined {
  const lower = name.toLowerCase();
  const hint = isChannelName(lower) ? `names of channels are in lower case: \`${lower}\`` : undefined;
  const message = `${quoted(name)} cannot be the name of a channel`;
  return setting.findings.error(spanOfValue(node, setting), 'settings/channel-name', message, hint);
}

/** The name of a channel; whether there is such a channel is not looked at. */
export const channelName: Shape<string> = {
  keys: noKeys,
  read: (node, setting) => {
    const name = lineOfText(node, setting, 'the name of a channel');
    if (name === undefined) return undefined;
    return isChannelName(name) ? name : wrongChannelName(node, setting, name);
  },
};

/** The name before a colon in front of a file: a scheme, or a logical name of OpenVMS. */
export function prefixOf(name: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9_$+.-]*):/.exec(name)?.[1]?.toLowerCase();
}

/** Takes the name of a file as written; `PMDF_TABLE:` or `IMTA_TABLE:` may be in front. */
export function fileNameOf(node: YamlNode, setting: Setting): string | undefined {
  const name = lineOfText(node, setting, 'the name of a file');
  if (name === undefined) return undefined;
  const prefix = prefixOf(name);
  if (prefix !== undefined && !isLogicalName(prefix)) {
    const message = `\`${prefix}:\` is not known in the name of a file`;
    const hint = 'name a file in the folder of this one, or give its whole path';
    return setting.findings.error(node.span, 'settings/file-name', message, hint);
  }
  if (/[\p{Cc}]/u.test(name) || /[/\\]$/.test(name)) {
    return setting.findings.error(
      node.span,
      'settings/file-name',
      `${quoted(name)} is not the name of a file`,
    );
  }
  return name;
}

/** The name of a file, as written. */
export const fileName: Shape<string> = { keys: noKeys, read: fileNameOf };

/** The name by which a queue plugin is wanted, such as `smtp_forward`. */
export const queuePlugin: Shape<string> = {
  keys: noKeys,
  read: (node, setting) => {
    const name = lineOfText(node, setting, 'the name of a queue plugin');
    if (name === undefined) return undefined;
    if (/^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(name)) return name;
    const message = `${quoted(name)} cannot be the name of a queue plugin`;
    return setting.findings.error(node.span, 'settings/choice', message);
  },
};
