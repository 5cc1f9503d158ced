/*
 * dispatcher.cnf as a value: options for all services, then one section for each service.
 * Ref: PMDF 11.3
 */
import type { Span } from '../../../lib/text/index.js';
import type { OptionDefinition } from './options.js';

/** The value of an option, by its kind. */
export type OptionValue =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'ports'; readonly ports: readonly number[] }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'text'; readonly text: string };

/** An option in the file. */
export interface DispatcherOption {
  readonly definition: OptionDefinition;
  readonly value: OptionValue;
  /** The whole of `OPTION=value`. */
  readonly span: Span;
}

/** A service and the options under its name. */
export interface DispatcherService {
  /** As written, such as `SMTP`. */
  readonly name: string;
  readonly span: Span;
  readonly options: readonly DispatcherOption[];
}

/** A whole file. */
export interface DispatcherFile {
  /** The options before the first section: defaults for all services. */
  readonly defaults: readonly DispatcherOption[];
  readonly services: readonly DispatcherService[];
  /** The options in `[SERVICE=DISPATCHER]`, for the dispatcher itself. */
  readonly dispatcher: readonly DispatcherOption[];
  /** A place for what is missing from the file. */
  readonly span: Span;
}

/** The options of a name that apply to a service: its own, else the defaults. */
export function optionsOf(
  file: DispatcherFile,
  service: DispatcherService,
  name: string,
): DispatcherOption[] {
  const named = (options: readonly DispatcherOption[]): DispatcherOption[] =>
    options.filter(({ definition }) => definition.name === name);
  const own = named(service.options);
  return own.length > 0 ? own : named(file.defaults);
}

/** The number of an option for a service; null if it is not set. */
export function numberOf(file: DispatcherFile, service: DispatcherService, name: string): number | null {
  const value = optionsOf(file, service, name).at(-1)?.value;
  return value?.kind === 'number' ? value.number : null;
}

/** The ports of an option for a service, in order. */
export function portsOf(file: DispatcherFile, service: DispatcherService, name: string): readonly number[] {
  const value = optionsOf(file, service, name).at(-1)?.value;
  return value?.kind === 'ports' ? value.ports : [];
}
