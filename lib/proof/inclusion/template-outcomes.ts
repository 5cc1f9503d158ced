/*
 * What can come after an entry has matched, whatever its look-ups answer: whether the entries below it are reached, and
 * with which text. An entry ends the mapping for good, or starts it again, unless one of its ways leads on.
 * Ref: PMDF 5.3.2
 */
import type { Control, MappingTemplate, TemplateItem } from '../../mapping/index.js';

/** The ways out of an entry. */
export interface TemplateOutcomes {
  /** The entries below are tried with the text that the entry was given: a failing item behind `$C` or `$L`. */
  readonly goesOnUnchanged: boolean;
  /** The entries below are tried with the output. */
  readonly goesOnChanged: boolean;
  /** The output of an entry that is not made of wildcards or look-ups; null for any other. */
  readonly fixedOutput: string | null;
  /** Items that end the mapping by failing, since no control stands to their left. */
  readonly endsByFailing: readonly TemplateItem[];
}

/** Whether an item may fail. Routines and LDAP look-ups are not provided: they defer, and go on in no case. */
export function mayFail(item: TemplateItem): boolean {
  switch (item.kind) {
    case 'chance':
      return item.percent < 100;
    case 'input-flag':
    case 'database':
    case 'sub-table':
    case 'sequence':
      return true;
    default:
      return false;
  }
}

function leadsOn(control: Control | null): boolean {
  return control === 'C' || control === 'L';
}

/** Follows a template from left to right. */
export function outcomesOf(template: MappingTemplate): TemplateOutcomes {
  let control: Control | null = null;
  let goesOnUnchanged = false;
  let output: string | null = '';
  let casing = 'original';
  const endsByFailing: TemplateItem[] = [];
  for (const item of template) {
    if (item.kind === 'stop') {
      return { goesOnUnchanged, goesOnChanged: false, fixedOutput: output, endsByFailing };
    }
    if (mayFail(item)) {
      if (leadsOn(control)) goesOnUnchanged = true;
      if (control === null) endsByFailing.push(item);
    }
    switch (item.kind) {
      case 'control':
        control = item.control;
        break;
      case 'literal':
        if (output !== null && casing === 'original') output += item.text;
        else output = null;
        break;
      case 'case':
        casing = item.to;
        break;
      case 'capture':
      case 'database':
      case 'sub-table':
      case 'sequence':
        output = null;
        break;
    }
  }
  return { goesOnUnchanged, goesOnChanged: leadsOn(control), fixedOutput: output, endsByFailing };
}

/** Whether an entry takes for good whatever it matches: the entries below never see it. */
export function alwaysEndsTable({ goesOnUnchanged, goesOnChanged }: TemplateOutcomes): boolean {
  return !goesOnUnchanged && !goesOnChanged;
}

/** Whether an entry may give its output to entries of its table, above or below it. */
export function passesOutputOn(template: MappingTemplate): boolean {
  const stop = template.findIndex((item) => item.kind === 'stop');
  if (stop !== -1) return false;
  const last = template.findLast((item) => item.kind === 'control');
  return last !== undefined && last.control !== 'E';
}
