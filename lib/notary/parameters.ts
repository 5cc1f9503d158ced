/*
 * Reads the parameters of MAIL and RCPT that a client gave: those that say what becomes of its mail, and those about the form of
 * the message. A parameter that is malformed or given twice is refused with 501, one that was not offered with 555, a message
 * that is declared larger than the limit with 552.
 * Ref: RFC 3461 4; RFC 1870 6; RFC 6152 2; RFC 6531 3.4; RFC 5321 4.1.1.11; RFC 3463
 */
import { type Reply, reply } from '../smtp/index.js';
import { type EnvelopeCommand, type OfferedExtensions, permitsParameter } from './offered-extensions.js';
import { longestOrcpt, readOrcpt } from './original-recipient.js';
import {
  type MessageNotary,
  type NotifyEvent,
  noMessageNotary,
  noRecipientNotary,
  type RecipientNotary,
} from './request.js';
import { decodeXtext } from './xtext.js';

/** A parameter as it was written: `NAME=value`, or `NAME` alone. */
export interface Parameter {
  /** In upper case. */
  readonly name: string;
  readonly value: string | null;
}

/** What the client declares of a message at MAIL. */
export interface MailParameters {
  readonly notary: MessageNotary;
  /** Whether the message may contain octets beyond ASCII in its body. */
  readonly eightBit: boolean;
  /** Whether addresses and header may be in UTF-8. */
  readonly smtputf8: boolean;
  /** The octets of the message as the client estimates them; null where it does not say. */
  readonly size: number | null;
}

export const noMailParameters: MailParameters = {
  notary: noMessageNotary,
  eightBit: false,
  smtputf8: false,
  size: null,
};

/** What was read, or why the command is refused. */
export type Reading<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'refused'; readonly reply: Reply };

/** The longest value, encoded. Ref: RFC 3461 4 */
const longestEnvid = 100;

const nonAscii = /[^\x00-\x7f]/;

class Malformed extends Error {}

/** Splits words such as `NOTIFY=NEVER`. */
export function parameterOf(word: string): Parameter {
  const sign = word.indexOf('=');
  return sign === -1
    ? { name: word.toUpperCase(), value: null }
    : { name: word.slice(0, sign).toUpperCase(), value: word.slice(sign + 1) };
}

function isEvent(word: string): word is NotifyEvent {
  return word === 'SUCCESS' || word === 'FAILURE' || word === 'DELAY';
}

/** Reads the value of NOTIFY; null where it is malformed. */
export function readNotify(value: string): readonly NotifyEvent[] | null {
  const words = value.toUpperCase().split(',');
  if (words.length === 1 && words[0] === 'NEVER') return [];
  const events = words.filter(isEvent);
  return events.length === words.length && new Set(events).size === events.length ? events : null;
}

function readRet(value: string | null): 'FULL' | 'HDRS' {
  const word = value?.toUpperCase();
  if (word === 'FULL' || word === 'HDRS') return word;
  throw new Malformed('RET must be FULL or HDRS');
}

function readEnvid(value: string | null): string {
  const envid = value === null || value.length > longestEnvid ? null : decodeXtext(value);
  if (envid === null || envid === '')
    throw new Malformed(`ENVID must be xtext of 1 to ${longestEnvid} characters`);
  return envid;
}

function readSize(value: string | null): number {
  if (value === null || !/^\d{1,20}$/.test(value)) throw new Malformed('SIZE must be a number of octets');
  return Number(value);
}

/** Reads BODY: whether it says that octets beyond ASCII may come. */
function readBody(value: string | null): boolean {
  const word = value?.toUpperCase();
  if (word === '7BIT') return false;
  if (word === '8BITMIME' || word === 'BINARYMIME') return true;
  throw new Malformed('BODY must be 7BIT or 8BITMIME');
}

function refused(code: number, enhanced: string, text: string): { kind: 'refused'; reply: Reply } {
  return { kind: 'refused', reply: reply(code, enhanced, text) };
}

/** Reads one parameter after the other by `take`, which throws Malformed. */
function readEach(
  command: EnvelopeCommand,
  parameters: readonly Parameter[],
  offered: OfferedExtensions,
  take: (parameter: Parameter) => void,
): { kind: 'refused'; reply: Reply } | null {
  const seen = new Set<string>();
  for (const parameter of parameters) {
    const { name, value } = parameter;
    if (seen.has(name)) return refused(501, '5.5.4', `${command} has the parameter ${name} twice`);
    seen.add(name);
    const isBinary = name === 'BODY' && value?.toUpperCase() === 'BINARYMIME' && !offered.binary;
    if (isBinary || !permitsParameter(offered, command, name)) {
      const what = isBinary ? 'BODY=BINARYMIME' : name;
      return refused(555, '5.5.4', `the parameter ${what} of ${command} is not supported`);
    }
    try {
      take(parameter);
    } catch (error) {
      if (error instanceof Malformed) return refused(501, '5.5.4', error.message);
      throw error;
    }
  }
  return null;
}

/** Reads the parameters of MAIL. */
export function readMailParameters(
  parameters: readonly Parameter[],
  offered: OfferedExtensions,
): Reading<MailParameters> {
  let { ret, envid } = noMessageNotary;
  let { eightBit, smtputf8, size } = noMailParameters;
  const refusal = readEach('MAIL', parameters, offered, ({ name, value }) => {
    switch (name) {
      case 'RET':
        ret = readRet(value);
        break;
      case 'ENVID':
        envid = readEnvid(value);
        break;
      case 'SIZE':
        size = readSize(value);
        break;
      case 'BODY':
        eightBit = readBody(value);
        break;
      case 'SMTPUTF8':
        if (value !== null) throw new Malformed('SMTPUTF8 has no value');
        smtputf8 = true;
        break;
    }
  });
  if (refusal !== null) return refusal;
  const { sizeLimit } = offered;
  if (size !== null && sizeLimit !== null && size > sizeLimit)
    return refused(552, '5.3.4', `the message is larger than ${sizeLimit} octets`);
  const notary = ret === null && envid === null ? noMessageNotary : { ret, envid };
  return { kind: 'read', value: { notary, eightBit, smtputf8, size } };
}

/** Reads the parameters of RCPT. `smtputf8` is whether MAIL declared SMTPUTF8; without it they must be ASCII. Ref: RFC 6533 3 */
export function readRcptParameters(
  parameters: readonly Parameter[],
  offered: OfferedExtensions,
  smtputf8: boolean,
): Reading<RecipientNotary> {
  let { notify, orcpt } = noRecipientNotary;
  const refusal = readEach('RCPT', parameters, offered, ({ name, value }) => {
    if (name === 'NOTIFY') {
      notify = readNotify(value ?? '');
      if (notify === null)
        throw new Malformed('NOTIFY must be NEVER, or a list of SUCCESS, FAILURE and DELAY, each once');
    } else if (name === 'ORCPT') {
      if (!smtputf8 && nonAscii.test(value ?? ''))
        throw new Malformed('a non-ASCII ORCPT requires the parameter SMTPUTF8 of MAIL');
      orcpt = readOrcpt(value ?? '');
      if (orcpt === null)
        throw new Malformed(`ORCPT must be TYPE;ADDRESS in xtext, at most ${longestOrcpt} characters`);
    }
  });
  if (refusal !== null) return refusal;
  return { kind: 'read', value: notify === null && orcpt === null ? noRecipientNotary : { notify, orcpt } };
}
