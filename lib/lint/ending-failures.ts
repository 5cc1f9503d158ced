/*
 * Templates that end the mapping by failing, though entries further down match the same: a look-up that finds nothing,
 * or a test that does not hold, does not lead to the next entry unless `$C`, `$L` or `$R` stands to its left.
 * Whoever writes `$E` there has thought of it.
 * Ref: PMDF 5.3.2
 */
import { findAccessTable } from '../access/index.js';
import { StepBudget } from '../engine/index.js';
import { EntryScan, printTemplate, subjectOf } from '../mapping/index.js';
import type { CompiledPolicy } from '../policy/index.js';
import { commonText, handsOn, matchesText, outcomesOf, type WorkLimit } from '../proof/index.js';
import { type Diagnostic, placeOf, warningAt } from '../text/index.js';
import { exampleProbe, type ProbeSite } from './probe-text.js';
import { type LintTable, lintTables, siteOf } from './tables.js';

/** Entries below one that are compared with it when no example is taken by any. */
const mostCompared = 50;
const wholeWork = 2_000_000;
const pairWork = 20_000;
const matchWork = 100_000;

/** An entry further down, and a text that both match. */
interface Later {
  readonly entry: number;
  readonly text: string;
}

function laterEntry(table: LintTable, entry: number, site: ProbeSite, limit: WorkLimit): Later | null {
  const { written, compiled } = table;
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
  const isHandedOn = written.entries.some(({ template }) => handsOn(template));
  const bars = isHandedOn ? null : table.bars;
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

/** Finds entries whose failing keeps later ones from being tried. */
export function lintEndingFailures(compiled: CompiledPolicy): Diagnostic[] {
  const limit: WorkLimit = { left: wholeWork };
  const site = siteOf(compiled);
  return lintTables(compiled).flatMap((table) =>
    table.written.entries.flatMap(({ template }, entry) => {
      const [item] = outcomesOf(template).endsByFailing;
      if (item === undefined || limit.left <= 0) return [];
      const later = laterEntry(table, entry, site, limit);
      const span = later === null ? undefined : table.written.entries[later.entry]?.span;
      if (later === null || span === undefined) return [];
      const permits = findAccessTable(table.written.name) === undefined ? '' : ', and mail is let pass';
      return [
        warningAt(
          item.span,
          'lint/ends-by-failing',
          `when \`${printTemplate([item])}\` fails the table ends here${permits}: \`${placeOf(span)}\` is not tried`,
          {
            hint: `begin the template with \`$C\` and end it with \`$E\` to go on; both entries match \`${later.text}\``,
            related: [{ message: 'not tried', span }],
          },
        ),
      ];
    }),
  );
}
