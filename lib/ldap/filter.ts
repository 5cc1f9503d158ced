/*
 * Search filters in which values are put: (&...) (|...) (!...) (a=v) (a~=v) (a>=v) (a<=v) (a=*) (a=v*v*v) (a:dn:rule:=v).
 * Values can be where the filter has values of attributes, and nowhere else.
 * Ref: RFC 4515
 */
import {
  fillText,
  partsOf,
  plainText,
  type Sign,
  splitSigns,
  TemplateFault,
  type TextPart,
  type ValueOf,
  withoutOctets,
} from './template-text.js';

/** A filter; its own text is without escapes. */
export type Filter<V> =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter<V>[] }
  | { readonly kind: 'not'; readonly filter: Filter<V> }
  | { readonly kind: 'present'; readonly attribute: string }
  | {
      readonly kind: 'compare';
      readonly by: '=' | '~=' | '>=' | '<=';
      readonly attribute: string;
      readonly text: readonly TextPart<V>[];
    }
  /** What the asterisks separate, two at least; the first and the last may be empty. */
  | {
      readonly kind: 'substrings';
      readonly attribute: string;
      readonly texts: readonly (readonly TextPart<V>[])[];
    }
  | {
      readonly kind: 'extensible';
      /** Empty for every attribute. */
      readonly attribute: string;
      readonly withDn: boolean;
      readonly rule: string | null;
      readonly text: readonly TextPart<V>[];
    };

/** A filter without places of values. */
export type PlainFilter = Filter<never>;

const deepest = 50;
const attributeForm = /^(?:[a-z][a-z0-9-]*|[0-9]+(?:\.[0-9]+)*)(?:;[a-z0-9-]+)*$/i;
const ruleForm = /^(?:[a-z][a-z0-9-]*|[0-9]+(?:\.[0-9]+)*)$/i;

/** Checks the name of an attribute. Ref: RFC 4512 2.5 */
export function attributeName(written: string): string {
  if (attributeForm.test(written)) return written;
  throw new TemplateFault(`\`${written}\` is not the name of an attribute`);
}

class FilterParser<V> {
  readonly #signs: readonly Sign<V>[];
  #at = 0;

  constructor(signs: readonly Sign<V>[]) {
    this.#signs = signs;
  }

  parse(): Filter<V> {
    const filter = this.#filter(0);
    if (this.#at < this.#signs.length) throw new TemplateFault('text follows the filter');
    return filter;
  }

  #take(mark: string): void {
    if (this.#signs[this.#at] !== mark) {
      throw new TemplateFault(`the filter lacks \`${mark}\``, 'a filter is written `(attribute=value)`');
    }
    this.#at += 1;
  }

  #filter(depth: number): Filter<V> {
    if (depth > deepest) throw new TemplateFault(`the filter is nested more than ${deepest} deep`);
    this.#take('(');
    const sign = this.#signs[this.#at];
    let filter: Filter<V>;
    if (sign === '&' || sign === '|') {
      this.#at += 1;
      const filters: Filter<V>[] = [];
      while (this.#signs[this.#at] === '(') filters.push(this.#filter(depth + 1));
      if (filters.length === 0) throw new TemplateFault(`\`(${sign})\` joins no filters`);
      filter = { kind: sign === '&' ? 'and' : 'or', filters };
    } else if (sign === '!') {
      this.#at += 1;
      filter = { kind: 'not', filter: this.#filter(depth + 1) };
    } else filter = this.#item();
    this.#take(')');
    return filter;
  }

  #item(): Filter<V> {
    const start = this.#at;
    while (this.#at < this.#signs.length && this.#signs[this.#at] !== ')' && this.#signs[this.#at] !== '(') {
      this.#at += 1;
    }
    const signs = this.#signs.slice(start, this.#at);
    const equals = signs.indexOf('=');
    if (equals === -1) {
      throw new TemplateFault('a part of the filter has no `=`', 'write `(attribute=value)`');
    }
    const left = plainText(signs.slice(0, equals), 'the name of an attribute');
    const right = signs.slice(equals + 1);
    if (left.endsWith(':')) return extensible(left.slice(0, -1), textOf(right));
    const by = left.at(-1) ?? '';
    if (by === '~' || by === '>' || by === '<') {
      return {
        kind: 'compare',
        by: `${by}=`,
        attribute: attributeName(left.slice(0, -1)),
        text: textOf(right),
      };
    }
    const attribute = attributeName(left);
    const texts = splitSigns(right, '*');
    if (texts.length === 1) return { kind: 'compare', by: '=', attribute, text: textOf(right) };
    if (right.length === 1) return { kind: 'present', attribute };
    if (texts.slice(1, -1).some((one) => one.length === 0)) {
      throw new TemplateFault('two asterisks of the filter have nothing between them');
    }
    return { kind: 'substrings', attribute, texts: texts.map((one) => partsOf(withoutOctets(one, '\\'))) };
  }
}

function textOf<V>(signs: readonly Sign<V>[]): readonly TextPart<V>[] {
  if (signs.includes('*'))
    throw new TemplateFault('an asterisk cannot be here', 'write `\\2a` for the character');
  return partsOf(withoutOctets(signs, '\\'));
}

function extensible<V>(left: string, text: readonly TextPart<V>[]): Filter<V> {
  const [attribute = '', ...more] = left.split(':');
  const withDn = more[0]?.toLowerCase() === 'dn';
  const rules = withDn ? more.slice(1) : more;
  const rule = rules[0] ?? null;
  const isRule = rule === null ? attribute !== '' : ruleForm.test(rule);
  if (rules.length > 1 || !isRule) throw new TemplateFault(`\`${left}:=\` is not a matching rule`);
  return {
    kind: 'extensible',
    attribute: attribute === '' ? '' : attributeName(attribute),
    withDn,
    rule,
    text,
  };
}

/** Parses a filter. Throws TemplateFault. */
export function parseFilterSigns<V>(signs: readonly Sign<V>[]): Filter<V> {
  return new FilterParser(signs).parse();
}

/** Escapes a text for a filter: nothing in it is syntax then. Ref: RFC 4515 3 */
export function escapeForFilter(text: string): string {
  return text.replace(/[*()\\\0]/g, (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Prints a filter. */
export function printFilter(filter: PlainFilter): string {
  switch (filter.kind) {
    case 'and':
      return `(&${filter.filters.map(printFilter).join('')})`;
    case 'or':
      return `(|${filter.filters.map(printFilter).join('')})`;
    case 'not':
      return `(!${printFilter(filter.filter)})`;
    case 'present':
      return `(${filter.attribute}=*)`;
    case 'compare':
      return `(${filter.attribute}${filter.by}${escapeForFilter(filter.text.join(''))})`;
    case 'substrings':
      return `(${filter.attribute}=${filter.texts.map((text) => escapeForFilter(text.join(''))).join('*')})`;
    case 'extensible': {
      const dn = filter.withDn ? ':dn' : '';
      const rule = filter.rule === null ? '' : `:${filter.rule}`;
      return `(${filter.attribute}${dn}${rule}:=${escapeForFilter(filter.text.join(''))})`;
    }
  }
}

/** Puts the values in; null if nothing can match, as where an empty value would make a substring match anything. */
export function fillFilter<V>(filter: Filter<V>, valueFor: ValueOf<V>): PlainFilter | null {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const filled = filter.filters.map((one) => fillFilter(one, valueFor));
      const filters = filled.filter((one) => one !== null);
      const matchesNothing = filter.kind === 'or' ? filters.length === 0 : filters.length < filled.length;
      return matchesNothing ? null : { kind: filter.kind, filters };
    }
    case 'not': {
      const filled = fillFilter(filter.filter, valueFor);
      return filled === null ? null : { kind: 'not', filter: filled };
    }
    case 'present':
      return filter;
    case 'compare': {
      const text = fillText(filter.text, valueFor);
      return text === null ? null : { ...filter, text: [text] };
    }
    case 'extensible': {
      const text = fillText(filter.text, valueFor);
      return text === null ? null : { ...filter, text: [text] };
    }
    case 'substrings': {
      const texts: (readonly string[])[] = [];
      for (const parts of filter.texts) {
        const text = fillText(parts, valueFor);
        if (text === null || (parts.length > 0 && text === '')) return null;
        texts.push([text]);
      }
      return { ...filter, texts };
    }
  }
}
