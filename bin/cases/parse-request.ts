/*
 * The request of a case: what the case says, and for the rest what `defaults` says.
 *   client, client_name, helo, tls, auth, server, port, from, to
 * What is missing or wrong is reported; then there is no request.
 */
import { Findings, type YamlEntry } from '../../lib/config/index.js';
import type { CaseRequest } from './case.js';
import {
  addressValue,
  flagValue,
  type Named,
  numberValue,
  pathValue,
  pathValues,
  textValue,
  under,
} from './case-values.js';

/** The keys of a request. */
export const requestKeys = [
  'client',
  'client_name',
  'helo',
  'tls',
  'auth',
  'server',
  'port',
  'from',
  'to',
] as const;

type RequestKey = (typeof requestKeys)[number];

/** Keys by their names. */
export type Entries = ReadonlyMap<string, YamlEntry>;

const defaultServer = '127.0.0.1';
const defaultPort = 25;

/** Reads single keys; remembers whether any was wrong. */
class KeyReader {
  /** Whether a value was wrong, here or in the defaults. */
  hasErrors = false;
  readonly #own: Entries;
  readonly #defaults: Entries;
  readonly #named: Named;
  /** The defaults are reported once, not with each case. */
  readonly #reported: Named;

  constructor(own: Entries, defaults: Entries, named: Named) {
    this.#own = own;
    this.#defaults = defaults;
    this.#named = named;
    this.#reported = { ...named, findings: new Findings() };
  }

  /** The value of a key, `fallback` when it is not given. */
  value<T>(key: RequestKey, fallback: T, read: (entry: YamlEntry, at: Named) => T | undefined): T {
    const own = this.#own.get(key);
    const entry = own ?? this.#defaults.get(key);
    if (entry === undefined) return fallback;
    const found = read(entry, under(own === undefined ? this.#reported : this.#named, entry));
    if (found === undefined) this.hasErrors = true;
    return found ?? fallback;
  }

  /** Reports the keys that are given nowhere. */
  need(keys: readonly RequestKey[]): void {
    for (const key of keys) {
      if (this.#own.has(key) || this.#defaults.has(key)) continue;
      this.hasErrors = true;
      const hint =
        key === 'from' ? "write `from: ''` for the null path" : 'write it here or under `defaults`';
      const { findings, keySpan, name } = this.#named;
      findings.error(keySpan, 'cases/missing-key', `\`${name}\` has no \`${key}\``, hint);
    }
  }
}

function readKeys(keys: KeyReader): CaseRequest {
  return {
    client: keys.value('client', '', (entry, at) => addressValue(entry.value, at)),
    clientName: keys.value<string | null>('client_name', null, (entry, at) =>
      textValue(entry.value, at, 'the name of the client'),
    ),
    helo: keys.value<string | null>('helo', null, (entry, at) => textValue(entry.value, at)),
    tls: keys.value('tls', false, (entry, at) => flagValue(entry.value, at)),
    auth: keys.value<string | null>('auth', null, (entry, at) => textValue(entry.value, at, 'a user')),
    server: keys.value('server', defaultServer, (entry, at) => addressValue(entry.value, at)),
    port: keys.value('port', defaultPort, (entry, at) => numberValue(entry.value, at, 1, 65_535)),
    from: keys.value('from', '', (entry, at) => pathValue(entry.value, at)),
    to: keys.value<readonly string[]>('to', [], (entry, at) => pathValues(entry.value, at)),
  };
}

/** Reports what is wrong in the defaults, once for all cases. */
export function checkDefaults(defaults: Entries, named: Named): void {
  readKeys(new KeyReader(defaults, new Map(), named));
}

/** Reads the request of a case. */
export function readRequest(own: Entries, defaults: Entries, named: Named): CaseRequest | undefined {
  const keys = new KeyReader(own, defaults, named);
  const request = readKeys(keys);
  keys.need(['client', 'from', 'to']);
  return keys.hasErrors ? undefined : request;
}
