/*
 * Keeps passwords out of Haraka's own log: the parameters in its lines about hooks, the lines of the client at level
 * PROTOCOL, and lines that arrive too early at level DEBUG. AUTH and all lines after it up to the next known command are
 * secret, also those of a client that continues an exchange that was refused.
 * Read from Haraka 3.3.4: plugins.js log_run_item, connection.js process_line. Ref: RFC 4954 4
 */
import { isLogged } from '../log-level.js';
import { type ConnectionMethods, type CoreConnection, states } from './connection-class.js';

const hidden = 'AUTH (not logged)';
const authLine = /^\s*AUTH(?![A-Z0-9])/i;

/** Whether a line may be AUTH by its first octet, an `A` or no letter; most lines need not be looked at any further. */
function mayBeAuth(line: Uint8Array): boolean {
  const first = line[0] ?? 0;
  return first <= 0x41 || first === 0x61 || first > 0x7a;
}

/** Commands that plugins handle; core has a method for every other one. */
const pluginCommands = new Set(['STARTTLS', 'TLS', 'XCLIENT', 'XFORWARD', 'STATUS', 'ETRN']);

/** Connections whose last known command was AUTH. */
const inAuth = new WeakSet<CoreConnection>();

function isCommand(connection: CoreConnection, line: string): boolean {
  const [verb = ''] = line.split(/[ \r\n]/, 1);
  if (pluginCommands.has(verb.toUpperCase())) return true;
  return typeof Reflect.get(connection, `cmd_${verb.toLowerCase()}`) === 'function';
}

function isSecret(connection: CoreConnection, line: string): boolean {
  return authLine.test(line) || (inAuth.has(connection) && !isCommand(connection, line));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withoutSecret(connection: CoreConnection, entry: unknown): unknown {
  if (typeof entry === 'string') {
    const [, mark = null, line = ''] = /^(C: |pipeline: )(.*)$/s.exec(entry) ?? [];
    return mark !== null && isSecret(connection, line) ? `${mark}${hidden}` : entry;
  }
  if (!isRecord(entry)) return entry;
  const { hook, params, line } = entry;
  if (hook === 'unrecognized_command' && typeof params === 'string' && isSecret(connection, params))
    return { ...entry, params: hidden };
  if ((typeof line === 'string' || Buffer.isBuffer(line)) && isSecret(connection, line.toString('latin1')))
    return { ...entry, line: hidden };
  return entry;
}

export function hideSecrets(methods: ConnectionMethods): void {
  const { process_line: processLine } = methods;

  methods.process_line = function (line) {
    if (this.state !== states.data && (mayBeAuth(line) || inAuth.has(this))) {
      const text = line.toString('latin1');
      if (authLine.test(text)) inAuth.add(this);
      else if (inAuth.has(this) && isCommand(this, text)) inAuth.delete(this);
    }
    processLine.call(this, line);
  };

  for (const [method, level] of [
    ['loginfo', 'INFO'],
    ['logdebug', 'DEBUG'],
    ['logprotocol', 'PROTOCOL'],
  ] as const) {
    const log = methods[method];
    methods[method] = function (...entries) {
      if (!isLogged(level)) return;
      log.apply(
        this,
        entries.map((entry) => withoutSecret(this, entry)),
      );
    };
  }
}
