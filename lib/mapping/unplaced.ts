/*
 * Templates without the places of their items, as tables keep them once they are compiled.
 */
import type { ArgumentItem, TemplateItem } from './syntax.js';

type WithoutSpan<T> = T extends unknown ? Omit<T, 'span'> : never;

/** An item of the argument of a look-up. */
export type UnplacedArgument = WithoutSpan<ArgumentItem>;

type WithoutSpans<T> = T extends unknown
  ? {
      [K in Exclude<keyof T, 'span'>]: T[K] extends readonly ArgumentItem[]
        ? readonly UnplacedArgument[]
        : T[K];
    }
  : never;

/** An item of a template. */
export type UnplacedItem = WithoutSpans<TemplateItem>;

export type UnplacedTemplate = readonly UnplacedItem[];

/** The item without its place. */
export function unplacedArgument({ span, ...item }: ArgumentItem): UnplacedArgument {
  return item;
}

/** The item without its place, and without those inside a look-up. */
export function unplaced(item: TemplateItem): UnplacedItem {
  const { span, ...rest } = item;
  switch (rest.kind) {
    case 'database':
      return { ...rest, key: rest.key.map(unplacedArgument) };
    case 'sub-table':
      return { ...rest, argument: rest.argument.map(unplacedArgument) };
    case 'routine':
      return { ...rest, call: rest.call.map(unplacedArgument) };
    case 'ldap':
      return { ...rest, url: rest.url.map(unplacedArgument) };
    default:
      return rest;
  }
}
