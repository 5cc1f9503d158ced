/*
 * The options of dispatcher.cnf: their kinds, and their counterparts in Haraka.
 * Ref: PMDF 11.3.2
 */

/** The kind of value of an option. */
export type OptionKind = 'number' | 'ports' | 'address' | 'text';

/**
 * What becomes of an option: `used` is written to smtp.ini, pmdf.yaml or another file, `settled` needs no counterpart,
 * `none` has none, and `advice` says what to do about it.
 */
export type Counterpart =
  | { readonly kind: 'used' }
  | { readonly kind: 'settled' }
  | { readonly kind: 'none'; readonly advice: string };

export interface OptionDefinition {
  readonly name: string;
  readonly kind: OptionKind;
  /** How many times a section may have it. */
  readonly most: number;
  readonly counterpart: Counterpart;
}

const used: Counterpart = { kind: 'used' };
const settled: Counterpart = { kind: 'settled' };

function none(advice: string): Counterpart {
  return { kind: 'none', advice };
}

const recycling = none('Haraka keeps its workers; to renew them, let cron run `haraka -c . --graceful`');

/** Quotas of a process on OpenVMS. */
const vmsQuotas =
  'ASTLM BIOLM BYTLM DIOLM ENQLM FILLM JTQUOTA PGFLQUOTA PRCLM PRIORITY TQELM UCX_HOLD WSDEFAULT WSEXTENT WSQUOTA';

const rows: readonly (readonly [string, OptionKind, Counterpart])[] = [
  ['PORT', 'ports', used],
  ['TLS_PORT', 'ports', used],
  ['INTERFACE_ADDRESS', 'address', used],
  ['MAX_PROCS', 'number', used],
  ['USER', 'text', used],
  ['DNS_VERIFY_DOMAIN', 'text', used],
  [
    'MIN_PROCS',
    'number',
    none('the number of workers is fixed in Haraka: `nodes` in smtp.ini, from MAX_PROCS'),
  ],
  ['MIN_CONNS', 'number', none('the operating system distributes connections among the workers')],
  ['MAX_CONNS', 'number', used],
  ['MAX_SHUTDOWN', 'number', recycling],
  ['MAX_LIFE_TIME', 'number', recycling],
  ['MAX_LIFE_CONNS', 'number', recycling],
  ['MAX_IDLE_TIME', 'number', recycling],
  ['MAX_HANDOFFS', 'number', settled],
  [
    'BACKLOG',
    'number',
    none('the listen queue of Haraka has 511 entries; the kernel limits it to net.core.somaxconn'),
  ],
  ['IDENT', 'number', none('Haraka makes no IDENT look-ups')],
  ['IMAGE', 'text', settled],
  [
    'LOGFILE',
    'text',
    none('Haraka logs to standard output, or with `daemonize` to `daemon_log_file` in smtp.ini'),
  ],
  [
    'PARAMETER',
    'text',
    none('`listeners` in pmdf.yaml sets the initial channel for each port; `pmdf init --pmdf` writes it'),
  ],
  ['STACKSIZE', 'number', settled],
  ['DEBUG', 'number', none('set `level` in log.ini')],
  ['HISTORICAL_TIME', 'number', settled],
  [
    'TLS_CERTIFICATE',
    'text',
    none('put server-pub.pem and server-priv.pem into config/pmdf, or name the files in tls.ini'),
  ],
  ...vmsQuotas.split(' ').map((name) => [name, 'text', settled] as const),
];

/** How many block lists a service may name. */
const mostLists = 5;

/** Every option, by its name. */
export const dispatcherOptions: ReadonlyMap<string, OptionDefinition> = new Map(
  rows.map(([name, kind, counterpart]) => [
    name,
    { name, kind, counterpart, most: name === 'DNS_VERIFY_DOMAIN' ? mostLists : 1 },
  ]),
);
