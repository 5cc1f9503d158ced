/*
 * The options of dispatcher.cnf: what each holds, and what stands for it in Haraka.
 * Ref: PMDF 11.3.2
 */

/** What an option holds. */
export type OptionKind = 'number' | 'ports' | 'address' | 'text';

/**
 * What becomes of an option: `used` is read into smtp.ini or a file beside it, `settled` needs nothing in Haraka, `none`
 * has no counterpart; `advice` says what to do about it, for people.
 */
export type Counterpart =
  | { readonly kind: 'used' }
  | { readonly kind: 'settled' }
  | { readonly kind: 'none'; readonly advice: string };

/** One option. */
export interface OptionDefinition {
  readonly name: string;
  readonly kind: OptionKind;
  /** How often one section may have it. */
  readonly most: number;
  readonly counterpart: Counterpart;
}

const used: Counterpart = { kind: 'used' };
const settled: Counterpart = { kind: 'settled' };

function none(advice: string): Counterpart {
  return { kind: 'none', advice };
}

const recycling = none(
  'Haraka keeps its workers until they are replaced; let cron run `haraka -c . --graceful` if they are to be renewed',
);

/** Quotas of a process on OpenVMS. */
const vmsQuotas = [
  'ASTLM',
  'BIOLM',
  'BYTLM',
  'DIOLM',
  'ENQLM',
  'FILLM',
  'JTQUOTA',
  'PGFLQUOTA',
  'PRCLM',
  'PRIORITY',
  'TQELM',
  'UCX_HOLD',
  'WSDEFAULT',
  'WSEXTENT',
  'WSQUOTA',
];

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
  ['MIN_CONNS', 'number', none('the operating system hands connections to the workers in turn')],
  [
    'MAX_CONNS',
    'number',
    none('a worker of Haraka takes any number; the plugins `limit` and `toobusy` refuse more than is good'),
  ],
  ['MAX_SHUTDOWN', 'number', recycling],
  ['MAX_LIFE_TIME', 'number', recycling],
  ['MAX_LIFE_CONNS', 'number', recycling],
  ['MAX_IDLE_TIME', 'number', recycling],
  ['MAX_HANDOFFS', 'number', settled],
  [
    'BACKLOG',
    'number',
    none(
      'Haraka asks for a listen queue of 511; the kernel cuts it at net.core.somaxconn, which can be lowered',
    ),
  ],
  ['IDENT', 'number', none('Haraka makes no IDENT look-ups')],
  ['IMAGE', 'text', settled],
  [
    'LOGFILE',
    'text',
    none('Haraka logs to its standard output, or with `daemonize` to `daemon_log_file` in smtp.ini'),
  ],
  [
    'PARAMETER',
    'text',
    none(
      '`listeners` in pmdf.yaml says on which channel the clients of a port begin; `pmdf init --pmdf` writes it there',
    ),
  ],
  ['STACKSIZE', 'number', settled],
  ['DEBUG', 'number', none('how much is logged is said by `level` in log.ini')],
  ['HISTORICAL_TIME', 'number', settled],
  [
    'TLS_CERTIFICATE',
    'text',
    none('put server-pub.pem and server-priv.pem into config/pmdf, or name the files in tls.ini'),
  ],
  ...vmsQuotas.map((name) => [name, 'text', settled] as const),
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
