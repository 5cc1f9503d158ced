/*
 * What can happen after an entry has matched, whatever its look-ups answer: whether later entries are tried, and with
 * which text. An entry ends the table or restarts it unless a control says otherwise.
 * Ref: PMDF 5.3.2
 */
import { type Control, type MappingTemplate, mayControl, type TemplateItem } from '../../mapping/index.js';

export interface TemplateOutcomes {
  /** Later entries may be tried with the same text: an item may fail after `$C` or `$L`. */
  readonly continuesUnchanged: boolean;
  /** Later entries may be tried with the output. */
  readonly continuesChanged: boolean;
  /** The output; null when it depends on wildcards or look-ups. */
  readonly fixedOutput: string | null;
  /** Items that end the table when they fail, since no control is to their left. */
  readonly endsByFailing: readonly TemplateItem[];
}

/** Whether an item may fail. Routines that are not supported, and attributes of domains, always defer. */
export function mayFail(item: TemplateItem): boolean {
  switch (item.kind) {
    case 'chance':
      return item.percent < 100;
    case 'input-flag':
    case 'database':
    case 'sub-table':
    case 'sequence':
    case 'ldap':
      return true;
    case 'routine':
      return item.run !== null;
    default:
      return false;
  }
}

function continues(control: Control | null): boolean {
  return control === 'C' || control === 'L';
}

/** Follows a template from left to right. */
export function outcomesOf(template: MappingTemplate): TemplateOutcomes {
  let control: Control | null = null;
  let continuesUnchanged = false;
  let output: string | null = '';
  let casing = 'original';
  const endsByFailing: TemplateItem[] = [];
  for (const item of template) {
    if (item.kind === 'stop') {
      return { continuesUnchanged, continuesChanged: false, fixedOutput: output, endsByFailing };
    }
    if (mayFail(item)) {
      if (continues(control)) continuesUnchanged = true;
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
      case 'ldap':
        output = null;
        break;
      case 'routine':
        output = null;
        if (item.run !== null && mayControl(item.run)) continuesUnchanged = true;
        break;
    }
  }
  return { continuesUnchanged, continuesChanged: continues(control), fixedOutput: output, endsByFailing };
}

/** Whether later entries never see what an entry matches. */
export function alwaysEndsTable({ continuesUnchanged, continuesChanged }: TemplateOutcomes): boolean {
  return !continuesUnchanged && !continuesChanged;
}

/** Whether an entry may pass its output to other entries of its table. */
export function passesOutputOn(template: MappingTemplate): boolean {
  const stop = template.findIndex((item) => item.kind === 'stop');
  if (stop !== -1) return false;
  const last = template.findLast((item) => item.kind === 'control');
  return last !== undefined && last.control !== 'E';
}

export function flagsIn(template: MappingTemplate): ReadonlySet<string> {
  return new Set(template.flatMap((item) => (item.kind === 'flag' ? [item.flag] : [])));
}

/** Whether a template of an access table rejects. */
export function rejects(template: MappingTemplate): boolean {
  const flags = flagsIn(template);
  return flags.has('N') || flags.has('F');
}
