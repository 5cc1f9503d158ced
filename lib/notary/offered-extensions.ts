/*
 * The extensions that a server offers in its reply to EHLO, and which parameters of MAIL and RCPT they permit. A parameter of
 * an extension that was not offered is refused.
 * Ref: RFC 5321 2.2.1, 4.1.1.11; RFC 1869; the IANA registry of SMTP extensions
 */

export type EnvelopeCommand = 'MAIL' | 'RCPT';

/** What a server offers. */
export interface OfferedExtensions {
  readonly dsn: boolean;
  readonly eightBit: boolean;
  readonly binary: boolean;
  readonly smtputf8: boolean;
  /** Whether SIZE may be given. */
  readonly size: boolean;
  /** The most octets of a message; null where the server names no limit. */
  readonly sizeLimit: number | null;
  /** The names of all extensions, in upper case. */
  readonly names: ReadonlySet<string>;
}

export const noExtensions: OfferedExtensions = {
  dsn: false,
  eightBit: false,
  binary: false,
  smtputf8: false,
  size: false,
  sizeLimit: null,
  names: new Set(),
};

/** Reads the lines of a reply to EHLO, with or without line ends, without their codes and without the first, which holds no extension. */
export function offeredExtensions(lines: readonly string[]): OfferedExtensions {
  const names = new Set<string>();
  let sizeLimit: number | null = null;
  for (const line of lines) {
    const [, name = '', argument = ''] = /^([A-Za-z0-9-]+)(?:[ =]\s*(.*))?$/.exec(line.trim()) ?? [];
    names.add(name.toUpperCase());
    if (name.toUpperCase() !== 'SIZE') continue;
    const octets = /^\d{1,15}$/.test(argument) ? Number(argument) : 0;
    // 0 means that there is no fixed limit. Ref: RFC 1870 4
    sizeLimit = octets > 0 ? octets : null;
  }
  names.delete('');
  return {
    dsn: names.has('DSN'),
    eightBit: names.has('8BITMIME'),
    binary: names.has('BINARYMIME'),
    smtputf8: names.has('SMTPUTF8'),
    size: names.has('SIZE'),
    sizeLimit,
    names,
  };
}

/** Reads a reply to EHLO line by line. */
export class OfferReader {
  readonly #lines: string[] = [];

  /** Takes a line with its code; gives what is offered with the last line, else null. A refusal offers nothing. */
  hear(line: string): OfferedExtensions | null {
    this.#lines.push(line.slice(4));
    if (line[3] === '-') return null;
    const lines = this.#lines.splice(0);
    return line.startsWith('2') ? offeredExtensions(lines.slice(1)) : noExtensions;
  }
}

/** The parameters of each extension that has any. */
const parametersOf: ReadonlyMap<
  string,
  Readonly<Partial<Record<EnvelopeCommand, readonly string[]>>>
> = new Map([
  ['SIZE', { MAIL: ['SIZE'] }],
  ['8BITMIME', { MAIL: ['BODY'] }],
  ['BINARYMIME', { MAIL: ['BODY'] }],
  ['SMTPUTF8', { MAIL: ['SMTPUTF8'] }],
  ['DSN', { MAIL: ['RET', 'ENVID'], RCPT: ['NOTIFY', 'ORCPT'] }],
  ['AUTH', { MAIL: ['AUTH'] }],
  ['SUBMITTER', { MAIL: ['SUBMITTER'] }],
  ['DELIVERBY', { MAIL: ['BY'] }],
  ['FUTURERELEASE', { MAIL: ['HOLDFOR', 'HOLDUNTIL'] }],
  ['MT-PRIORITY', { MAIL: ['MT-PRIORITY'] }],
  ['MTRK', { MAIL: ['MTRK'], RCPT: ['ORCPT'] }],
  ['CONPERM', { MAIL: ['CONPERM'], RCPT: ['CONNEG'] }],
  ['CONNEG', { RCPT: ['CONNEG'] }],
  ['RRVS', { RCPT: ['RRVS'] }],
  ['REQUIRETLS', { MAIL: ['REQUIRETLS'] }],
  ['XVERP', { MAIL: ['XVERP'] }],
  ['PRDR', { MAIL: ['PRDR'] }],
]);

/** Extensions without parameters. */
const withoutParameters: ReadonlySet<string> = new Set([
  'PIPELINING',
  'ENHANCEDSTATUSCODES',
  'STARTTLS',
  'CHUNKING',
  'ETRN',
  'HELP',
  'VRFY',
  'EXPN',
  'DSN',
  'XCLIENT',
  'XFORWARD',
  'LIMITS',
]);

const known = new Set(
  [...parametersOf.values()].flatMap(({ MAIL = [], RCPT = [] }) => [
    ...MAIL.map((name) => `MAIL ${name}`),
    ...RCPT.map((name) => `RCPT ${name}`),
  ]),
);

/**
 * Whether a parameter, in upper case, may be given with a command. The parameters of an extension that is not known here are
 * not known either: where such a one is offered, every parameter that belongs to no other extension is permitted.
 */
export function permitsParameter(
  { names }: OfferedExtensions,
  command: EnvelopeCommand,
  parameter: string,
): boolean {
  let hasUnknown = false;
  for (const name of names) {
    const parameters = parametersOf.get(name);
    if (parameters?.[command]?.includes(parameter)) return true;
    if (parameters === undefined && !withoutParameters.has(name)) hasUnknown = true;
  }
  return hasUnknown && !known.has(`${command} ${parameter}`);
}
