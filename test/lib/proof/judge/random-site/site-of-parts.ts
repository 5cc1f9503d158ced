/*
 * The files of a random site, put together from its parts.
 */
import { foldKey } from '../../../../../lib/engine/database-key.js';
import type { DatabaseName } from '../../../../../lib/engine/lookup.js';
import type { Site, Trials } from '../site.js';
import { ofKind, type Part } from './part.js';
import { channelHosts, channelsOf, truthOf } from './truth.js';

function cnfOf(parts: readonly Part[]): string {
  const blockOf = (channel: string, host: string, plain: string): string => {
    const keywords = ofKind(parts, 'keyword').filter((one) => one.channel === channel);
    const names = ofKind(parts, 'host').filter((one) => one.channel === channel);
    const head = [channel, plain, ...keywords.map(({ keyword }) => keyword)].filter((one) => one !== '');
    return `${[head.join(' '), host, ...names.map(({ line }) => line)].join('\n')}\n`;
  };
  const channels = channelsOf(parts);
  return [
    ofKind(parts, 'rule')
      .map(({ line }) => `${line.replace(' ', '   ')}\n`)
      .join(''),
    'defaults noswitchchannel\n',
    blockOf('l', 'd', ''),
    ...[...channelHosts]
      .filter(([, channel]) => channels.has(channel))
      .map(([host, channel]) => blockOf(channel, host, channel === 'process' ? '' : 'smtp maytls')),
  ].join('\n');
}

const tableOrder = [
  'PORT_ACCESS',
  'FROM_ACCESS',
  'ORIG_SEND_ACCESS',
  'ORIG_MAIL_ACCESS',
  'SEND_ACCESS',
  'MAIL_ACCESS',
  'FORWARD',
  'REVERSE',
  'T',
];

function mappingsOf(parts: readonly Part[]): string {
  const all = ofKind(parts, 'entry');
  return tableOrder
    .map((table) => {
      const lines = all.filter((entry) => entry.table === table);
      if (lines.length === 0) return '';
      const text = lines.map(
        ({ line, comment }) => `${comment === undefined ? '' : `! ${comment}\n`}  ${line}\n`,
      );
      return `${table}\n\n${text.join('')}\n`;
    })
    .join('');
}

function yamlOf(parts: readonly Part[]): string {
  const lines = ofKind(parts, 'setting').map(({ line }) => line);
  const access = [
    ...(lines.includes('access.orcpt') ? ['orcpt: true'] : []),
    ...(lines.includes('access.app_info') ? ['app_info: messaging-server'] : []),
  ];
  const databases = new Set(ofKind(parts, 'value').map(({ database }) => database));
  return [
    ...lines.filter((line) => !line.startsWith('access.')),
    ...(access.length === 0 ? [] : [`access:\n${access.map((line) => `  ${line}\n`).join('')}`.trimEnd()]),
    'databases:',
    '  general: { file: general.txt, required: false }',
    ...[...databases].filter((name) => name !== 'general').map((name) => `  ${name}: ${name}.txt`),
    '',
  ].join('\n');
}

function valuesOf(parts: readonly Part[]): Site['databases'] {
  const found: Partial<Record<DatabaseName, Map<string, string>>> = {};
  for (const { database, key, value } of ofKind(parts, 'value')) {
    const values = found[database] ?? new Map<string, string>();
    found[database] = values;
    if (!values.has(foldKey(key))) values.set(foldKey(key), value);
  }
  return found;
}

/** What is tried: more hosts and clients where a rule may mean something by them. */
function trialsOf(parts: readonly Part[]): Trials {
  const text = JSON.stringify(parts);
  return {
    atoms: ['a', 'k', '7', 'z'],
    fresh: ['z', '7'],
    hosts: [
      ...[
        'd',
        'i.d',
        'i',
        'p',
        ...(text.includes('ü') ? ['ü'] : []),
        ...(/\bq\b/.test(text) ? ['q', 'z.q'] : []),
      ],
      ...['z', 'z.z', '[9.9.9.9]'],
    ],
    ports: [25, 26, 587],
    clients: ['192.0.2.1', '9.9.9.9', ...(/IPv6|2001/.test(text) ? ['2001:db8::9'] : [])],
    helos: ['z', 'a', 'z.d'],
    originalRecipients: [null, 'a@p', 'z@z', 'z@p'],
  };
}

/** Puts the parts of a site together. */
export function siteOfParts(parts: readonly Part[]): Site {
  const databases = valuesOf(parts);
  const aliases = ofKind(parts, 'alias').map(({ line }) => `${line}\n`);
  return {
    text: { cnf: cnfOf(parts), mappings: mappingsOf(parts), aliases: aliases.join(''), yaml: yamlOf(parts) },
    databases,
    truth: truthOf(parts, [...(databases.general?.keys() ?? [])]),
    trials: trialsOf(parts),
  };
}
