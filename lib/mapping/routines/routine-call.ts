/*
 * The routines that `$[image,routine,argument]` may name: PMDF's and Messaging Server's call-outs against service denial.
 *   conn_throttle     throttle,KEY,RATE   throttle_p,KEY,RATE
 *   dns_verify        dns_verify,NAME|TEXT-IF-FOUND|TEXT-IF-NOT
 *                     dns_verify_domain,ADDRESS,LIST[,TEXT]   dns_verify_domain_port,ADDRESS,LIST[,TEXT]
 *                     dns_verify_domain_warn,ADDRESS,LIST[,TEXT]
 *   check_metermaid   throttle,TABLE,KEY   greylisting,TABLE,KEY   fetch,TABLE,KEY   remove,TABLE,KEY   store,TABLE,KEY,VALUE
 *                     adjust,TABLE,KEY,N   adjust_and_test,TABLE,KEY,N,TEST   test,TABLE,KEY,TEST
 * Any other is one of the site: IMAGE,ROUTINE[,ARGUMENT], if the settings name a file for its image.
 * The image is named by the last part of its name, without `.so` or `.exe`. Only what the template says separates arguments: a comma
 * in the text of a wildcard is text.
 * Ref: PMDF 16.1.8
 */

/** A part of an argument. */
export type RoutinePart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'capture'; readonly capture: number }
  | { readonly kind: 'case'; readonly to: 'lower' | 'upper' | 'original' };

/** An argument whose text is known when the entry matches. */
export type RoutineArgument = readonly RoutinePart[];

export type Comparison = '=' | '<' | '<=' | '>' | '>=';

/** A comparison of the number of a key with a fixed one. */
export interface NumberTest {
  readonly comparison: Comparison;
  readonly number: number;
}

/** A routine and its arguments. */
export type RoutineCall =
  | {
      readonly routine: 'throttle';
      readonly key: RoutineArgument;
      readonly perMinute: number;
      readonly penalizes: boolean;
    }
  | {
      readonly routine: 'dns_verify';
      readonly name: RoutineArgument;
      readonly ifFound: RoutineArgument;
      readonly otherwise: RoutineArgument;
    }
  | {
      readonly routine: 'dns_verify_domain';
      readonly address: RoutineArgument;
      readonly list: string;
      /** `dns_verify_domain_warn`: a listing adds a header line in place of a rejection. */
      readonly warns: boolean;
      /** The text for a listing that has none; null for the usual one. */
      readonly text: RoutineArgument | null;
    }
  | {
      readonly routine: 'attempt';
      /** The type that the table must have. */
      readonly type: 'throttle' | 'greylisting';
      readonly table: string;
      readonly key: RoutineArgument;
    }
  | {
      readonly routine: 'fetch' | 'remove';
      readonly table: string;
      readonly key: RoutineArgument;
    }
  | {
      readonly routine: 'store';
      readonly table: string;
      readonly key: RoutineArgument;
      readonly value: RoutineArgument;
    }
  | {
      readonly routine: 'adjust';
      readonly table: string;
      readonly key: RoutineArgument;
      readonly by: number;
      readonly test: NumberTest | null;
    }
  | {
      readonly routine: 'test';
      readonly table: string;
      readonly key: RoutineArgument;
      readonly test: NumberTest;
    }
  | {
      /** A function of the site: the one named `name` in the file of `image`. */
      readonly routine: 'site';
      readonly image: string;
      readonly name: string;
      readonly argument: RoutineArgument;
    };

/** A call that was read, or why it cannot be; `site` is the call if the settings name a file for its image. */
export type RoutineReading =
  | { readonly call: RoutineCall }
  | {
      readonly error: string;
      readonly hint: string;
      /** Whether the routine does not exist here. */
      readonly isUnknown: boolean;
      readonly site: RoutineCall | null;
    };

const listRoutines = new Set(['dns_verify_domain', 'dns_verify_domain_port', 'dns_verify_domain_warn']);
const mostPerMinute = 1_000_000_000;
const comparison = /^(=|<=?|>=?)\s*(-?[0-9]{1,15})$/;

/** Splits an argument where its literal text has a separator, `most` times at most; the case in force goes on. */
function split(
  items: RoutineArgument,
  separator: string,
  most = Number.POSITIVE_INFINITY,
): RoutineArgument[] {
  const parts: RoutinePart[][] = [];
  let part: RoutinePart[] = [];
  let form: RoutinePart | null = null;
  for (const item of items) {
    if (item.kind === 'case') form = item;
    if (item.kind !== 'literal') {
      part.push(item);
      continue;
    }
    let from = 0;
    while (parts.length < most) {
      const at = item.text.indexOf(separator, from);
      if (at === -1) break;
      if (at > from) part.push({ kind: 'literal', text: item.text.slice(from, at) });
      parts.push(part);
      part = form === null ? [] : [form];
      from = at + separator.length;
    }
    if (from < item.text.length) part.push({ kind: 'literal', text: item.text.slice(from) });
  }
  return [...parts, part];
}

/** The text of an argument without wildcards; null if it has one. */
function fixedText(items: RoutineArgument | undefined): string | null {
  if (items === undefined || !items.every((item) => item.kind === 'literal')) return null;
  return items
    .map((item) => (item.kind === 'literal' ? item.text : ''))
    .join('')
    .trim();
}

/** `PMDF_EXE:DNS_VERIFY.EXE`, `/pmdf/lib/dns_verify` and `PMDF_DNS_VERIFY` are all `dns_verify`. */
export function imageOf(name: string): string {
  const last = name.split(/[/:\]]/).at(-1) ?? '';
  return last
    .toLowerCase()
    .replace(/\.(?:so|exe)$/, '')
    .replace(/^pmdf_/, '');
}

function wrong(form: string, error = 'the arguments of the routine are not right'): RoutineReading {
  return {
    error,
    hint: `write \`${form}\``,
    isUnknown: false,
    site: null,
  };
}

/** The error about an argument that is written, but is not what it must be; undefined if it is not written. */
function mustBe(items: RoutineArgument | undefined, what: string): string | undefined {
  if (items === undefined) return undefined;
  const text = fixedText(items);
  return text === null ? `${what} cannot have a wildcard` : `\`${text}\` is not ${what}`;
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^[+-]?[0-9]{1,15}$/.test(text) ? Number(text) : null;
}

function readTest(items: RoutineArgument | undefined): NumberTest | null {
  const [, sign, number] = comparison.exec(fixedText(items) ?? '') ?? [];
  switch (sign) {
    case '=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { comparison: sign, number: Number(number) };
    default:
      return null;
  }
}

function readThrottle(routine: 'throttle' | 'throttle_p', rest: RoutineArgument): RoutineReading {
  const [key = [], rate, ...more] = split(rest, ',');
  const perMinute = wholeNumber(fixedText(rate));
  const isRate = perMinute !== null && perMinute >= 1 && perMinute <= mostPerMinute;
  if (!isRate || key.length === 0 || more.length > 0) {
    const error = isRate ? undefined : mustBe(rate, `a rate from 1 to ${mostPerMinute}`);
    return wrong(`$[conn_throttle,${routine},$1,10]`, error);
  }
  return { call: { routine: 'throttle', key, perMinute, penalizes: routine === 'throttle_p' } };
}

function readHost(rest: RoutineArgument): RoutineReading {
  const [name = [], ifFound, otherwise, ...more] = split(rest, '|');
  if (name.length === 0 || ifFound === undefined || otherwise === undefined || more.length > 0) {
    return wrong('$[dns_verify,dns_verify,$6|$$y|$$NInvalid$ host$ $$6]');
  }
  return { call: { routine: 'dns_verify', name, ifFound, otherwise } };
}

function readList(routine: string, rest: RoutineArgument): RoutineReading {
  const [address = [], named, text = null] = split(rest, ',', 2);
  const list = fixedText(named);
  const isName = list !== null && /^(?=.{1,200}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?$/i.test(list);
  if (address.length === 0 || !isName) {
    const error = isName ? undefined : mustBe(named, 'the name of a DNS list');
    return wrong(`$[dns_verify,${routine},$1,list.example]`, error);
  }
  const warns = routine === 'dns_verify_domain_warn';
  return { call: { routine: 'dns_verify_domain', address, list, warns, text } };
}

function readCounter(routine: string, rest: RoutineArgument): RoutineReading | null {
  const [named, key = [], third, fourth, ...more] = split(rest, ',', routine === 'store' ? 2 : 4);
  const table = fixedText(named);
  const isRight = table !== null && table !== '' && key.length > 0 && more.length === 0;
  const by = wholeNumber(fixedText(third));
  const byError = by === null ? mustBe(third, 'a whole number of at most 15 digits') : undefined;
  switch (routine) {
    case 'throttle':
    case 'greylisting':
      if (!isRight || third !== undefined) return wrong(`$[check_metermaid,${routine},TABLE,$3]`);
      return { call: { routine: 'attempt', type: routine, table, key } };
    case 'fetch':
    case 'remove':
      if (!isRight || third !== undefined) return wrong(`$[check_metermaid,${routine},TABLE,$3]`);
      return { call: { routine, table, key } };
    case 'store':
      if (!isRight || third === undefined) return wrong('$[check_metermaid,store,TABLE,$3,VALUE]');
      return { call: { routine, table, key, value: third } };
    case 'adjust':
      if (!isRight || by === null || fourth !== undefined)
        return wrong('$[check_metermaid,adjust,TABLE,$3,+1]', byError);
      return { call: { routine, table, key, by, test: null } };
    case 'adjust_and_test': {
      const test = readTest(fourth);
      if (!isRight || by === null || test === null) {
        const error = byError ?? (test === null ? mustBe(fourth, 'a comparison') : undefined);
        return wrong('$[check_metermaid,adjust_and_test,TABLE,$3,+1,>=5]', error);
      }
      return { call: { routine: 'adjust', table, key, by, test } };
    }
    case 'test': {
      const test = readTest(third);
      if (!isRight || test === null || fourth !== undefined)
        return wrong(
          '$[check_metermaid,test,TABLE,$3,>=5]',
          test === null ? mustBe(third, 'a comparison') : undefined,
        );
      return { call: { routine, table, key, test } };
    }
    default:
      return null;
  }
}

function readNamed(image: string, routine: string, rest: RoutineArgument): RoutineReading | null {
  switch (image) {
    case 'conn_throttle':
      return routine === 'throttle' || routine === 'throttle_p' ? readThrottle(routine, rest) : null;
    case 'dns_verify':
    case 'share_library':
      if (routine === 'dns_verify') return readHost(rest);
      return listRoutines.has(routine) ? readList(routine, rest) : null;
    case 'check_metermaid':
      return readCounter(routine, rest);
    default:
      return null;
  }
}

/** What may be a control or `$+1E` in a text that is read as a template. */
const controlSign = /\$(?:[clre+]|$)/i;

/** Whether a text of a routine may end its entry, or decide how the table goes on. */
export function mayControl(call: RoutineCall): boolean {
  if (call.routine !== 'dns_verify') return false;
  const texts = [...call.ifFound, ...call.otherwise];
  return texts.some((part) => part.kind === 'literal' && controlSign.test(part.text));
}

/** Whether a routine asks for a header line, as the flag `$A` does. */
export function addsHeaderLine(call: RoutineCall): boolean {
  return call.routine === 'dns_verify_domain' && call.warns;
}

/** Reads what is between `$[` and `]`. */
export function readRoutine(items: RoutineArgument): RoutineReading {
  const [named, called, rest = []] = split(items, ',', 2);
  const image = fixedText(named) ?? '';
  const name = fixedText(called) ?? '';
  const routine = name.toLowerCase();
  const read = readNamed(imageOf(image), routine, rest);
  if (read !== null) return read;
  if (image === '' || name === '') {
    const error = 'the call does not name an image and a routine';
    return { error, hint: 'write `$[conn_throttle,throttle,$1,10]`', isUnknown: true, site: null };
  }
  const error = `the site routine \`${routine}\` of \`${image}\` is not supported`;
  const hint =
    'use `$|table;argument|` or the general database instead, or name its file under `routines` in pmdf.yaml';
  const site = { routine: 'site', image: imageOf(image), name, argument: rest } as const;
  return { error, hint, isUnknown: true, site };
}
