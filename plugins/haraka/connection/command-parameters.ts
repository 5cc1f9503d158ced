/*
 * The parameters of MAIL and RCPT before core reads them. Core accepts every parameter, of two with one name it keeps the last,
 * and no hook sees what it refuses itself, such as a SIZE that is too large.
 * Undocumented, read from Haraka 3.3.4: connection.js cmd_mail, cmd_rcpt; haraka-utils rfc1869.js parse.
 */
import type { Reply } from '../../../lib/smtp/index.js';
import { messageOf } from '../message-of.js';
import type { HarakaConnection } from '../types.js';
import type { EnvelopeMethods } from './connection-class.js';

/** The arguments of MAIL or RCPT. */
export interface CommandArguments {
  /** The address, and whatever core does not take for a parameter. */
  readonly path: string;
  /** The parameters as they were written. */
  readonly words: readonly string[];
}

const keyword = /^(?:from|to):\s*/i;
const parameter = /^[A-Za-z0-9][A-Za-z0-9-]*(?:=[^= \x00-\x1f]+)?$/;

/** Splits the arguments as core does: words at the end are parameters as long as they have the form of one. */
export function splitArguments(rest: string): CommandArguments {
  const words = rest.trimEnd().replace(keyword, '').split(/\s+/);
  let first = words.length;
  while (first > 1 && parameter.test(words[first - 1] ?? '')) first -= 1;
  return { path: words.slice(0, first).join(' '), words: words.slice(first) };
}

/** Says why a command is refused; null lets it pass. Must not throw. */
type Judge = (
  connection: HarakaConnection,
  command: 'MAIL' | 'RCPT',
  given: CommandArguments,
) => Reply | null;

const changed = new WeakSet<EnvelopeMethods>();

/** Has the parameters of all connections judged. A command that is out of place is left to core. */
export function judgeParameters(methods: EnvelopeMethods, judge: Judge): void {
  if (changed.has(methods)) return;
  changed.add(methods);
  const { cmd_mail: mail, cmd_rcpt: rcpt } = methods;
  methods.cmd_mail = function (rest) {
    const refusal = this.hello.host === null ? null : judge(this, 'MAIL', splitArguments(String(rest)));
    return refusal === null ? mail.call(this, rest) : this.respond(refusal.code, messageOf(refusal));
  };
  methods.cmd_rcpt = function (rest) {
    const refusal = this.transaction === null ? null : judge(this, 'RCPT', splitArguments(String(rest)));
    return refusal === null ? rcpt.call(this, rest) : this.respond(refusal.code, messageOf(refusal));
  };
}
