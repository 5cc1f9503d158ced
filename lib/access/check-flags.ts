/*
 * The static check of an access table's templates: flags that the table does not know, that cannot be obeyed here, or
 * that cancel each other are found when the configuration is read, not when mail comes.
 * Ref: PMDF 11.5, 16.1.1
 */
import { type Diagnostic, errorAt, type Span, warningAt } from '../text/index.js';
import { accessFlags, accessInputFlags, flagsOf, hasInputFlag } from './flags.js';
import { type AccessTable, accessTables } from './tables.js';

/** A flag in a template: its letter in any case, without dollar and colon, and its place. */
export interface FlagUse {
  readonly flag: string;
  readonly span: Span;
}

/** The flags of one template, in order. */
export interface TemplateFlags {
  /** Set, as in `$N`. */
  readonly set: readonly FlagUse[];
  /** Tested, as in `$:A` and `$;A`. */
  readonly tested: readonly FlagUse[];
}

/** What of the rest of the configuration matters to flags. */
export interface FlagSurroundings {
  /** Whether some channel has the keyword `authrewrite`, without which `$K` does nothing. */
  readonly authrewrite: boolean;
}

function tablesThatKnow(letter: string): string {
  const names = accessTables.map(({ table }) => table);
  return names.filter((table) => flagsOf(table).some((flag) => flag.letter === letter)).join(', ');
}

function checkSetFlag(table: AccessTable, use: FlagUse, around: FlagSurroundings): Diagnostic[] {
  const letter = use.flag.toUpperCase();
  const flag = flagsOf(table).find((one) => one.letter === letter);
  if (flag === undefined) {
    const elsewhere = accessFlags.some((one) => one.letter === letter);
    const hint = elsewhere
      ? `\`$${letter}\` is known to ${tablesThatKnow(letter)}`
      : 'a literal dollar sign is written `$$`';
    const message = `the flag \`$${letter}\` means nothing to ${table}`;
    return [errorAt(use.span, 'access/unknown-flag', message, { hint })];
  }
  if (!flag.provided) {
    const message = `the flag \`$${letter}\`, which ${flag.effect}, is not provided`;
    const hint =
      flag.pieces === 0 ? 'remove it from the template' : 'remove it and its argument from the template';
    return [errorAt(use.span, 'access/flag-not-provided', message, { hint })];
  }
  if (letter === 'K' && !around.authrewrite) {
    const message = 'the flag `$K` does nothing, because no channel has the keyword `authrewrite`';
    const hint = 'add `authrewrite` to the source channel, or remove the flag and its argument';
    return [warningAt(use.span, 'access/flag-without-effect', message, { hint })];
  }
  return [];
}

function checkTestedFlag(table: AccessTable, use: FlagUse): Diagnostic[] {
  const letter = use.flag.toUpperCase();
  if (hasInputFlag(table, letter)) return [];
  const known = [...accessInputFlags.keys()].filter((one) => hasInputFlag(table, one));
  const hint =
    known.length === 0
      ? `${table} is consulted before anything is known that a flag could test`
      : `${table} can test ${known.join(', ')}; input flags are other letters than the flags that a template sets`;
  const message = `the input flag \`${letter}\` is never set for ${table}`;
  return [errorAt(use.span, 'access/unknown-input-flag', message, { hint })];
}

function checkContradiction(set: readonly FlagUse[]): Diagnostic[] {
  const permit = set.find((use) => use.flag.toUpperCase() === 'Y');
  const rejection = set.find((use) => ['N', 'F'].includes(use.flag.toUpperCase()));
  if (permit === undefined || rejection === undefined) return [];
  return [
    warningAt(
      permit.span,
      'access/permit-and-reject',
      'the template both permits and rejects, so it rejects',
      {
        hint: 'take one of the two flags out',
        related: [{ message: 'rejected here', span: rejection.span }],
      },
    ),
  ];
}

/** Checks the flags of one template of an access table; the findings are in the order of the template. */
export function checkAccessTemplate(
  table: AccessTable,
  flags: TemplateFlags,
  around: FlagSurroundings,
): readonly Diagnostic[] {
  return [
    ...flags.set.flatMap((use) => checkSetFlag(table, use, around)),
    ...flags.tested.flatMap((use) => checkTestedFlag(table, use)),
    ...checkContradiction(flags.set),
  ];
}
