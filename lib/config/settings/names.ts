/*
 * Shapes of names: domains, channels, files, queue plugins; and lists of names.
 * Ref: RFC 5321 4.1.2 (Domain), 4.5.3.1.2; PMDF 2.3.6
 */
import { wireDomain } from '../../address/index.js';
import { isChannelName } from '../../channel/index.js';
import { type DiagnosticCode, isLogicalName } from '../../text/index.js';
import type { SiteKey } from '../shapes/collections.js';
import { text } from '../shapes/scalars.js';
import {
  type Field,
  isNothing,
  itemOf,
  mapped,
  quoted,
  type Shape,
  spanOfValue,
  wrongType,
} from '../shapes/shape.js';
import type { YamlNode } from '../yaml/yaml-node.js';

const label = '[\\p{L}\\p{N}\\p{M}_-]{1,63}';
const domainPattern = `${label}(?:\\.${label})*$`;
const channelPattern = '^[a-z0-9_$][a-z0-9_$-]{0,31}$';

/** The wire form of a domain name, of labels of letters, digits, `-` and `_`; null for anything else. */
export function domainNameOf(name: string): string | null {
  return name.startsWith('[') ? null : wireDomain(name, 'underscores');
}

function domainHint(name: string): string | undefined {
  const bare = name.replace(/^[.@*]+/, '').replace(/\.$/, '');
  if (bare === name || domainNameOf(bare) === null) return undefined;
  return /^[.*]/.test(name)
    ? `this means the domain only; list each subdomain as well: \`${bare}\``
    : `write \`${bare}\``;
}

/** A domain name, in wire form. */
export const domainName: Shape<string> = mapped(
  text('a domain name'),
  (name, node, { findings }) =>
    domainNameOf(name) ??
    findings.error(node.span, 'settings/domain', `${quoted(name)} is not a domain name`, domainHint(name)),
  { type: 'string', maxLength: 255, pattern: `^${domainPattern}` },
);

/** Domain names as keys; `.domain.com` is a key too and keeps its dot. */
export const domainKey: SiteKey<string> = {
  pattern: `^\\.?${domainPattern}`,
  place: 'key',
  read: ({ key, keySpan }, { findings }) => {
    const dot = key.startsWith('.') ? '.' : '';
    const wire = domainNameOf(key.slice(dot.length));
    if (wire !== null) return dot + wire;
    const hint = 'write `domain.com` for the domain, `.domain.com` for all its subdomains';
    return findings.error(keySpan, 'settings/domain', `${quoted(key)} is not a domain name`, hint);
  },
};

function channelNameOf(name: string, node: YamlNode, field: Field): string | undefined {
  if (isChannelName(name)) return name;
  const lower = name.toLowerCase();
  const hint = isChannelName(lower) ? `channel names are in lower case: \`${lower}\`` : undefined;
  const message = `${quoted(name)} cannot be the name of a channel`;
  return field.findings.error(spanOfValue(node, field), 'settings/channel-name', message, hint);
}

/** The name of a channel, which need not exist. */
export const channelName: Shape<string> = mapped(text('the name of a channel'), channelNameOf, {
  type: 'string',
  pattern: channelPattern,
});

/** Channel names as keys. */
export const channelKey: SiteKey<string> = {
  pattern: channelPattern,
  place: 'key',
  read: ({ key, keyScalar }, field) => channelNameOf(key, keyScalar, field),
};

const siteNamePattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** Names that the site chooses for its own things, as keys; `what` names one in the error. */
export function siteNames(what: string, code: DiagnosticCode): SiteKey<string> {
  return {
    pattern: siteNamePattern.source,
    place: 'key',
    read: ({ key, keySpan }, { findings }) => {
      if (siteNamePattern.test(key)) return key;
      const hint = 'use letters, digits, `_`, `-` and `.`';
      return findings.error(keySpan, code, `${quoted(key)} cannot be the name of a ${what}`, hint);
    },
  };
}

/** The name before the colon of a file name, in lower case: a scheme, or a logical name of OpenVMS. */
export function prefixOf(name: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9_$+.-]*):/.exec(name)?.[1]?.toLowerCase();
}

function caseless(word: string): string {
  return word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);
}

/** A regular expression for file names that may begin with one of these logical names; `not` is for what it excludes. */
export function filePattern(logicalNames: readonly string[], not = ''): string {
  const prefixes = logicalNames.map((name) => caseless(`${name}:`)).join('|');
  return `^(?=.*\\S)${caseless(not)}(?:${prefixes}|(?![A-Za-z][A-Za-z0-9_$+.-]*:))\\P{Cc}*[^/\\\\\\p{Cc}]$`;
}

/** The name of a file as written; it may begin with `PMDF_TABLE:` or `IMTA_TABLE:`. */
export const fileName: Shape<string> = mapped(
  text('the name of a file'),
  (name, node, { findings }) => {
    const prefix = prefixOf(name);
    if (prefix !== undefined && !isLogicalName(prefix)) {
      const hint = 'name a file in the folder of this one, or give its whole path';
      const message = `unknown prefix of a file name: \`${prefix}:\``;
      return findings.error(node.span, 'settings/file-name', message, hint);
    }
    if (!/\p{Cc}/u.test(name) && !/[/\\]$/.test(name)) return name;
    return findings.error(node.span, 'settings/file-name', `${quoted(name)} is not the name of a file`);
  },
  { type: 'string', pattern: filePattern(['pmdf_table', 'pmdf_root', 'imta_table', 'imta_root']) },
);

const queuePluginPattern = '^[A-Za-z0-9_][A-Za-z0-9_./-]*$';
const queuePluginName = new RegExp(queuePluginPattern);

/** The name of a queue plugin as in `notes.queue.wants`, such as `smtp_forward`. */
export const queuePlugin: Shape<string> = mapped(
  text('the name of a queue plugin'),
  (name, node, { findings }) => {
    if (queuePluginName.test(name)) return name;
    const message = `${quoted(name)} cannot be the name of a queue plugin`;
    return findings.error(node.span, 'settings/choice', message);
  },
  { type: 'string', pattern: queuePluginPattern },
);

/** A list of names. Nothing written leaves the default; a name listed twice is dropped with a warning. */
export function namesOf<T extends string>(name: Shape<T>, wanted: string): Shape<readonly T[]> {
  return {
    schema: { type: ['array', 'null'], items: name.schema },
    read: (node, field) => {
      if (isNothing(node)) return undefined;
      if (node.kind !== 'sequence') return wrongType(node, field, wanted);
      const names = new Set<T>();
      node.items.forEach((one, index) => {
        const value = name.read(one, itemOf(field, index, one));
        if (value === undefined) return;
        if (names.has(value)) {
          field.findings.warning(one.span, 'settings/duplicate', `${quoted(value)} is listed twice`);
          return;
        }
        field.findings.places.set(`${field.path}.${value}`, one.span);
        names.add(value);
      });
      return Object.freeze([...names]);
    },
  };
}
