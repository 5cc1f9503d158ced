/*
 * The request of a case: what the case says, otherwise what `defaults` says.
 *   client, client_name, helo, tls, auth, server, port, from, to
 */
import {
  type Field,
  flag,
  optional,
  wholeNumber,
  writtenText,
  type YamlNode,
} from '../../lib/config/index.js';
import type { CaseRequest } from './case.js';
import { ipAddress, path, paths } from './case-shapes.js';

/** The keys of a request; the value of a key that is missing or wrong is null. */
export const requestKeys = {
  client: optional(ipAddress),
  clientName: optional(writtenText('the name of the client')),
  helo: optional(writtenText('text')),
  tls: optional(flag),
  auth: optional(writtenText('a user')),
  server: optional(ipAddress),
  port: optional(wholeNumber(1, 65_535)),
  from: optional(path),
  to: optional(paths),
};

/** The parts of a request that are written. */
export type WrittenRequest = { readonly [K in keyof CaseRequest]: CaseRequest[K] | null };

/** The keys without which there is no request, each with a hint. */
const neededKeys = [
  ['client', 'write it here or under `defaults`'],
  ['from', "write `from: ''` for the null sender"],
  ['to', 'write it here or under `defaults`'],
] as const;

function hasKey(node: YamlNode | null, key: string): boolean {
  return node?.kind === 'mapping' && node.entries.some((entry) => entry.key === key);
}

/** What is written in one place, with the node that it was read from; null for no `defaults`. */
interface Written {
  readonly node: YamlNode | null;
  readonly request: WrittenRequest;
}

/** Makes the request of a case. Reports the keys that are written nowhere; undefined when one is missing or wrong. */
export function requestOf(own: Written, defaults: Written, field: Field): CaseRequest | undefined {
  for (const [key, hint] of neededKeys) {
    if (hasKey(own.node, key) || hasKey(defaults.node, key)) continue;
    field.findings.error(field.keySpan, 'cases/missing-key', `\`${field.path}\` has no \`${key}\``, hint);
  }
  const client = own.request.client ?? defaults.request.client;
  const from = own.request.from ?? defaults.request.from;
  const to = own.request.to ?? defaults.request.to;
  if (client === null || from === null || to === null) return undefined;
  return {
    client,
    clientName: own.request.clientName ?? defaults.request.clientName,
    helo: own.request.helo ?? defaults.request.helo,
    tls: own.request.tls ?? defaults.request.tls ?? false,
    auth: own.request.auth ?? defaults.request.auth,
    server: own.request.server ?? defaults.request.server ?? '127.0.0.1',
    port: own.request.port ?? defaults.request.port ?? 25,
    from,
    to,
  };
}
