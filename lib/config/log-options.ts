/*
 * The options of option.dat that are about PMDF's log. Every other option about it is a warning: what it asks for is not in the
 * log.
 *   LOG_FORMAT                1, 2 or 4; with any other number the log has format 1
 *   LOG_CONNECTION            the sum of 1, 2, 32 and 64
 *   LOG_NODE, LOG_PROCESS, LOG_ENVELOPE_ID, LOG_MESSAGE_ID, LOG_USERNAME, SEPARATE_CONNECTION_LOG    0 or 1
 * Ref: PMDF 7.3.6
 */
import { type LogOptions, usualLogOptions } from '../log/index.js';
import {
  DiagnosticList,
  errorAt,
  integerOf,
  type Parsed,
  type WrittenOption,
  warningAt,
} from '../text/index.js';
import { numberOf, type OptionsByName } from './option-file.js';

const switches = [
  ['LOG_NODE', 'node'],
  ['LOG_PROCESS', 'process'],
  ['LOG_ENVELOPE_ID', 'envelopeId'],
  ['LOG_MESSAGE_ID', 'messageId'],
  ['LOG_USERNAME', 'username'],
  ['SEPARATE_CONNECTION_LOG', 'separateConnections'],
] as const satisfies readonly (readonly [string, keyof LogOptions])[];

/** The options that are read here, in capitals. */
export const logOptionNames: ReadonlySet<string> = new Set([
  'LOG_FORMAT',
  'LOG_CONNECTION',
  ...switches.map(([name]) => name),
]);

/** The bits of LOG_CONNECTION that have an effect. */
const knownBits = 1 | 2 | 32 | 64;
const mostBits = 65_535;

/** Options about messages that are logged for debugging, or about other files. */
const ofOtherLogs = new Set(['LOG_ALARM', 'LOG_DELAY_BINS', 'LOG_SIZE_BINS', 'LOG_FRUSTRATION_LIMIT']);

class LogOptionReader {
  readonly found = new DiagnosticList();
  readonly #options: OptionsByName;

  constructor(options: OptionsByName) {
    this.#options = options;
  }

  #error({ valueSpan }: WrittenOption, message: string): void {
    this.found.push(errorAt(valueSpan, 'option/value', message));
  }

  #without({ nameSpan }: WrittenOption, message: string, hint: string): void {
    this.found.push(warningAt(nameSpan, 'option/log', message, { hint }));
  }

  number(name: string, most: number): number | null {
    const option = this.#options.get(name);
    if (option === undefined) return null;
    const number = numberOf(option, 0, most);
    if (typeof number === 'number') return number;
    this.#error(option, number);
    return null;
  }

  format(): LogOptions['format'] {
    const option = this.#options.get('LOG_FORMAT');
    const format = this.number('LOG_FORMAT', mostBits);
    switch (format) {
      case null:
        return usualLogOptions.format;
      case 1:
      case 2:
      case 4:
        return format;
      default:
        if (option !== undefined) {
          const message = `\`LOG_FORMAT=${option.value}\` is not known; the log has format 1`;
          this.#without(option, message, 'the formats are 1, 2 and 4 (XML)');
        }
        return usualLogOptions.format;
    }
  }

  connection(): number {
    const option = this.#options.get('LOG_CONNECTION');
    const bits = this.number('LOG_CONNECTION', mostBits) ?? usualLogOptions.connection;
    const others = bits & ~knownBits;
    if (option !== undefined && others !== 0) {
      const message = `\`LOG_CONNECTION\` has bits without an effect: ${others}`;
      this.#without(option, message, '1, 2, 32 and 64 have an effect');
    }
    return bits & knownBits;
  }

  /** Warns of options that ask for what is not logged. */
  warnOfOthers(): void {
    for (const [name, option] of this.#options) {
      if (!name.startsWith('LOG_') || logOptionNames.has(name) || ofOtherLogs.has(name)) continue;
      if (integerOf(option.value) === 0) continue;
      this.#without(option, `\`${option.name}\` has no effect on the log`, 'remove the line');
    }
  }
}

/** Reads what option.dat says about the log. */
export function readLogOptions(options: OptionsByName): Parsed<LogOptions> {
  const reader = new LogOptionReader(options);
  const switched = Object.fromEntries(
    switches.map(([name, option]) => [option, (reader.number(name, mostBits) ?? 0) > 0]),
  );
  const value: LogOptions = Object.freeze({
    ...usualLogOptions,
    ...switched,
    format: reader.format(),
    connection: reader.connection(),
  });
  reader.warnOfOthers();
  return { value, diagnostics: reader.found.all };
}
