/*
 * Templates that end their table by failing although later entries match too: a look-up that finds nothing, or a test that
 * fails, does not go on to the next entry unless `$C`, `$L` or `$R` is to its left. `$E` there shows intent.
 * Ref: PMDF 5.3.2
 */
import { findAccessTable } from '../../access/index.js';
import { StepBudget } from '../../engine/index.js';
import { EntryScan, printTemplate, subjectOf } from '../../mapping/index.js';
import { commonText, matchesText, outcomesOf, passesOutputOn, type WorkLimit } from '../../proof/index.js';
import { placeOf } from '../../text/index.js';
import { exampleProbe } from '../example-probe.js';
import type { Finding, WrittenRule } from '../rule.js';
import type { LintTable } from '../tables.js';

/** How many later entries are compared when no later entry matches the example. */
const mostCompared = 50;
const wholeWork = 2_000_000;
const pairWork = 20_000;
const matchWork = 100_000;

/** A later entry, and a text that both match. */
interface Later {
  readonly entry: number;
  readonly text: string;
}

function laterEntry(table: LintTable, entry: number, limit: WorkLimit): Later | null {
  const { written, compiled, site } = table;
  const given = written.entries[entry];
  const own = compiled.entries[entry];
  if (given === undefined || own === undefined) return null;
  const matches = (one: number, text: string): boolean => {
    const candidate = compiled.entries[one];
    limit.left -= 1;
    return (
      candidate !== undefined && matchesText(candidate.pattern, text, new StepBudget(matchWork)) === true
    );
  };
  const isPassedOn = written.entries.some(({ template }) => passesOutputOn(template));
  const bars = isPassedOn ? null : table.bars;
  const text = exampleProbe(written.name, given.pattern, own.pattern, site);
  if (text !== null) {
    const scan = new EntryScan(compiled.index, subjectOf(text), entry + 1);
    for (let one = scan.next(); one !== -1 && limit.left > 0; one = scan.next()) {
      if (matches(one, text)) return { entry: one, text };
    }
  }
  for (let one = entry + 1; one <= entry + mostCompared && limit.left > 0; one += 1) {
    const later = written.entries[one];
    if (later === undefined) return null;
    const work: WorkLimit = { left: pairWork };
    const common = commonText(given.pattern, later.pattern, work, bars);
    limit.left -= pairWork - work.left;
    if (common !== null && matches(entry, common) && matches(one, common))
      return { entry: one, text: common };
  }
  return null;
}

function findingFor(table: LintTable, entry: number, limit: WorkLimit): Finding[] {
  const { written } = table;
  const [item] = outcomesOf(written.entries[entry]?.template ?? []).endsByFailing;
  if (item === undefined || limit.left <= 0) return [];
  const later = laterEntry(table, entry, limit);
  const span = later === null ? undefined : written.entries[later.entry]?.span;
  if (later === null || span === undefined) return [];
  const permits = findAccessTable(written.name) === undefined ? '' : ' and the mail is accepted';
  const message = `when \`${printTemplate([item])}\` fails, the table ends here${permits}: \`${placeOf(span)}\` is not tried`;
  const hint = `to go on to the next entry, begin the template with \`$C\` and end it with \`$E\`; both entries match \`${later.text}\``;
  return [{ span: item.span, message, hint, related: [{ message: 'this entry is not tried', span }] }];
}

export const endsByFailing = {
  code: 'lint/ends-by-failing',
  about:
    'When a look-up or test in this template fails, the table ends, although later entries match too; an access table then accepts the mail. To go on to the next entry, begin the template with `$C` and end it with `$E`.',
  check({ tables }) {
    const limit: WorkLimit = { left: wholeWork };
    return tables.flatMap((table) =>
      table.written.entries.flatMap((_, entry) => findingFor(table, entry, limit)),
    );
  },
} as const satisfies WrittenRule;
