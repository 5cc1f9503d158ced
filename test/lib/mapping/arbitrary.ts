/*
 * Random patterns, templates and files, as trees; and short probes from the same few characters, so that they often
 * match.
 */
import * as fc from 'fast-check';
import type {
  ArgumentItem,
  CharacterClass,
  MappingFile,
  MappingPattern,
  MappingTemplate,
  PatternElement,
  TemplateItem,
} from '../../../lib/mapping/syntax.js';
import { spansIn } from './make.js';

const span = spansIn('nowhere')(0, 1);

export const fewCharacters = fc.constantFrom('a', 'B', 'b', '|', '.', '@', '1', '2', '_', ' ', 'é', '😀');

export const shortProbe = fc.string({ unit: fewCharacters, maxLength: 9 });

const letter = fc.constantFrom('A', 'B', 'D', 'H', 'O', 'S', 'T', 'X');

const setCharacter = fc
  .constantFrom('a', 'c', '-', ']', '\\', '$', ' ', '\t', '^', '1', '9', 'é', '😀')
  .map((one) => one.codePointAt(0) ?? 0);

const range = fc
  .tuple(setCharacter, setCharacter)
  .map(([one, other]) => ({ from: Math.min(one, other), to: Math.max(one, other) }));

const characterClass: fc.Arbitrary<CharacterClass> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'any' } as const) },
  letter.map((one) => ({ kind: 'named', letter: one }) as const),
  fc.array(range, { minLength: 1, maxLength: 3 }).map((ranges) => ({ kind: 'set', ranges }) as const),
);

function literalText(unit: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.string({ unit, minLength: 1, maxLength: 3 });
}

const plainElement: fc.Arbitrary<PatternElement> = fc.oneof(
  {
    weight: 4,
    arbitrary: literalText(fewCharacters).map((text) => ({ kind: 'literal', text, span }) as const),
  },
  fc.record({
    kind: fc.constant('single' as const),
    of: characterClass,
    saved: fc.boolean(),
    span: fc.constant(span),
  }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      of: characterClass,
      lazy: fc.boolean(),
      saved: fc.boolean(),
      span: fc.constant(span),
    }),
  },
);

const addressElement: fc.Arbitrary<PatternElement> = fc.oneof(
  fc.record({
    kind: fc.constant('address' as const),
    form: fc.constantFrom('ipv4' as const, 'ipv4-low' as const),
    address: fc.ipV4(),
    bits: fc.integer({ min: 0, max: 32 }),
    saved: fc.boolean(),
    span: fc.constant(span),
  }),
  fc.record({
    kind: fc.constant('address' as const),
    form: fc.constant('ipv6' as const),
    address: fc.ipV6(),
    bits: fc.integer({ min: 0, max: 128 }),
    saved: fc.boolean(),
    span: fc.constant(span),
  }),
);

/** Merges adjacent literals, as the parser does. */
function joinLiterals(elements: readonly PatternElement[]): MappingPattern {
  const joined: PatternElement[] = [];
  for (const element of elements) {
    const last = joined.at(-1);
    if (element.kind === 'literal' && last?.kind === 'literal') {
      joined[joined.length - 1] = { ...last, text: last.text + element.text };
    } else joined.push(element);
  }
  return joined;
}

/** Adds a back-match to a wildcard further left after some elements. */
function addBackMatches(elements: readonly PatternElement[], wanted: readonly number[]): MappingPattern {
  const result: PatternElement[] = [];
  let saved = 0;
  for (const [index, element] of elements.entries()) {
    result.push(element);
    if (element.kind !== 'literal' && element.saved) saved += 1;
    const want = wanted[index];
    if (want === undefined || saved === 0) continue;
    result.push({ kind: 'back-match', capture: Math.min(want % saved, 9), saved: want % 2 === 0, span });
    if (want % 2 === 0) saved += 1;
  }
  return result;
}

/** Patterns without back-match and address. */
export const plainPattern = fc.array(plainElement, { maxLength: 6 }).map(joinLiterals);

/** Patterns with back-matches. */
export const backMatchPattern = fc
  .tuple(fc.array(plainElement, { maxLength: 4 }), fc.array(fc.nat({ max: 20 }), { maxLength: 3 }))
  .map(([elements, wanted]) => addBackMatches(joinLiterals(elements), wanted));

/** Any pattern at all, not empty. */
export const anyPattern = fc
  .tuple(
    fc.array(fc.oneof(plainElement, addressElement), { minLength: 1, maxLength: 6 }),
    fc.array(fc.nat({ max: 20 }), { maxLength: 3 }),
  )
  .map(([elements, wanted]) => addBackMatches(joinLiterals(elements), wanted));

const templateCharacters = fc.constantFrom(
  ...['a', 'Z', '0', '$', ' ', '\t', '|', '}', ']', '[', '{', '#', '\\', '%', '*', '!', '<', ';', 'é', '😀'],
);

const capture = fc.nat({ max: 9 }).map((one) => ({ kind: 'capture', capture: one, span }) as const);
const caseItem = fc
  .constantFrom('lower' as const, 'upper' as const, 'original' as const)
  .map((to) => ({ kind: 'case', to, span }) as const);
const literal = literalText(templateCharacters).map((text) => ({ kind: 'literal', text, span }) as const);

function joinTexts<T extends TemplateItem>(items: readonly T[], make: (text: string) => T): T[] {
  const joined: T[] = [];
  for (const item of items) {
    const last = joined.at(-1);
    if (item.kind === 'literal' && last?.kind === 'literal')
      joined[joined.length - 1] = make(last.text + item.text);
    else joined.push(item);
  }
  return joined;
}

const argument: fc.Arbitrary<readonly ArgumentItem[]> = fc
  .array(fc.oneof(literal, capture, caseItem), { maxLength: 3 })
  .map((items) => joinTexts<ArgumentItem>(items, (text) => ({ kind: 'literal', text, span })));

const flag = fc.constantFrom('Y', 'N', 'F', 'D', 'X', '<', '>', ',', '!');
const inputFlag = fc.constantFrom('A', 'T', '1', '<', '#', '|');

const templateItem: fc.Arbitrary<TemplateItem> = fc.oneof(
  { weight: 4, arbitrary: literal },
  capture,
  caseItem,
  fc.constant({ kind: 'filter-quoting', span } as const),
  fc
    .double({ min: 0, max: 100, noNaN: true })
    .map((percent) => ({ kind: 'chance', percent: percent + 0, span }) as const),
  fc
    .tuple(inputFlag, fc.boolean())
    .map(([one, set]) => ({ kind: 'input-flag', flag: one, set, span }) as const),
  argument.map((key) => ({ kind: 'database', key, span }) as const),
  argument.map((inner) => ({ kind: 'sub-table', table: 'OTHER', argument: inner, span }) as const),
  fc
    .record({
      file: literalText(fc.constantFrom('a', '/', '$', ' ', '.')),
      radix: fc.integer({ min: 2, max: 36 }),
      width: fc.integer({ min: 0, max: 64 }),
      modulus: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 1000 })),
    })
    .map((sequence) => ({ kind: 'sequence', ...sequence, span }) as const),
  fc
    .constantFrom('C' as const, 'L' as const, 'R' as const, 'E' as const)
    .map((control) => ({ kind: 'control', control, span }) as const),
  fc.constant({ kind: 'stop', span } as const),
  flag.map((one) => ({ kind: 'flag', flag: one, span }) as const),
);

/** Templates without unsupported sequences. */
export const anyTemplate: fc.Arbitrary<MappingTemplate> = fc
  .array(templateItem, { maxLength: 6 })
  .map((items) => joinTexts<TemplateItem>(items, (text) => ({ kind: 'literal', text, span })));

const comment = fc
  .string({ unit: fc.constantFrom('a', ' ', '\\', '!'), maxLength: 4 })
  .map((text) => ({ kind: 'comment', text: `!${text}`, span }) as const);

const entry = fc
  .tuple(anyPattern, anyTemplate, fc.array(comment, { maxLength: 2 }))
  .map(([pattern, template, comments]) => ({
    pattern,
    template,
    comments,
    patternText: '',
    templateText: '',
    span,
  }));

const tableContent = fc
  .array(entry, { maxLength: 3 })
  .chain((entries) =>
    fc.array(comment, { maxLength: entries.length === 0 ? 0 : 2 }).map((comments) => ({ entries, comments })),
  );

/** Files with tables `T0`, `T1`, ... and comments between them. */
export const anyFile: fc.Arbitrary<MappingFile> = fc
  .array(fc.oneof(comment, tableContent), { maxLength: 5 })
  .map((items) => ({
    items: items.map((item, index) =>
      'kind' in item ? item : { kind: 'table' as const, name: `T${index}`, span, ...item },
    ),
  }));
