/*
 * Text of a template in which values are put: characters and places of values, one after the other. What the template
 * means is decided by its characters alone, before any value is known, so that no value can change it.
 */

/** A stretch of a template: its own text, or the place of a value. */
export type TextPart<V> = string | { readonly value: V };

/** One character of the template's own text, or the place of a value. */
export type Sign<V> = string | { readonly value: V };

/** Raised inside the parsers of this room for a template that is wrong; `parseUrl` and `parseFilter` report it. */
export class TemplateFault extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'TemplateFault';
    this.hint = hint;
  }
}

/** Cuts parts into signs. */
export function signsOf<V>(parts: readonly TextPart<V>[]): readonly Sign<V>[] {
  return parts.flatMap((part): readonly Sign<V>[] => (typeof part === 'string' ? [...part] : [part]));
}

/** Joins signs to parts again. */
export function partsOf<V>(signs: readonly Sign<V>[]): readonly TextPart<V>[] {
  const parts: TextPart<V>[] = [];
  for (const sign of signs) {
    const last = parts.at(-1);
    if (typeof sign === 'string' && typeof last === 'string') parts[parts.length - 1] = last + sign;
    else parts.push(sign);
  }
  return parts;
}

/** Splits signs at each `mark` of the template's own text. */
export function splitSigns<V>(signs: readonly Sign<V>[], mark: string): readonly (readonly Sign<V>[])[] {
  const pieces: Sign<V>[][] = [[]];
  for (const sign of signs) {
    if (sign === mark) pieces.push([]);
    else pieces.at(-1)?.push(sign);
  }
  return pieces;
}

/** The text of signs among which no value may be; `what` names the place. */
export function plainText<V>(signs: readonly Sign<V>[], what: string): string {
  let text = '';
  for (const sign of signs) {
    if (typeof sign !== 'string') {
      const hint = 'values may be in the DN, as `uid=VALUE`, and in the filter, as `(uid=VALUE)`';
      throw new TemplateFault(`a value cannot be in ${what}`, hint);
    }
    text += sign;
  }
  return text;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of octets in UTF-8. */
export function textOfOctets(octets: readonly number[]): string {
  try {
    return decoder.decode(Uint8Array.from(octets));
  } catch {
    throw new TemplateFault('its octets are not UTF-8');
  }
}

/** Replaces `mark` and two hexadecimal digits by the octet that they name, several in a row by their text in UTF-8. */
export function withoutOctets<V>(signs: readonly Sign<V>[], mark: '%' | '\\'): readonly Sign<V>[] {
  const found: Sign<V>[] = [];
  let at = 0;
  while (at < signs.length) {
    const octets: number[] = [];
    while (signs[at] === mark) {
      const digits = `${octetDigit(signs[at + 1])}${octetDigit(signs[at + 2])}`;
      if (digits.length < 2) {
        throw new TemplateFault(
          `\`${mark}\` is not followed by two hexadecimal digits`,
          `write \`${mark === '%' ? '%25' : '\\5c'}\` for the character itself`,
        );
      }
      octets.push(Number.parseInt(digits, 16));
      at += 3;
    }
    for (const character of textOfOctets(octets)) found.push(character);
    const sign = signs[at];
    if (sign !== undefined) found.push(sign);
    at += 1;
  }
  return found;
}

function octetDigit(sign: unknown): string {
  return typeof sign === 'string' && /^[0-9a-f]$/i.test(sign) ? sign : '';
}

/** Gives the text of a value; null if there is none, so that what it is part of matches nothing. */
export type ValueOf<V> = (value: V) => string | null;

/** Puts the values in, as `written` writes each. */
export function fillText<V>(
  parts: readonly TextPart<V>[],
  valueFor: ValueOf<V>,
  written: (text: string) => string = (text) => text,
): string | null {
  let text = '';
  for (const part of parts) {
    const value = typeof part === 'string' ? part : valueFor(part.value);
    if (value === null) return null;
    text += typeof part === 'string' ? part : written(value);
  }
  return text;
}
