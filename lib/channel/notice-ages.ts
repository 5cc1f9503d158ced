/*
 * The ages of the keywords `notices`, `urgentnotices`, `normalnotices` and `nonurgentnotices`: up to five, rising. Ages that make
 * no sense have no effect, so that no message is returned because of one: an age 0, one that occurs twice, all after the fifth.
 * Ages that do not rise are put in order.
 * Ref: PMDF 2.3.4.20
 */
import { type Diagnostic, warningAt } from '../text/index.js';
import type { KeywordItem, Word } from './syntax.js';

const mostAges = 5;

/** The keywords that have ages. */
const withAges: ReadonlySet<string> = new Set([
  'notices',
  'urgentnotices',
  'normalnotices',
  'nonurgentnotices',
]);

/** The ages that count, rising; null where there is none. */
export function countedAges(written: readonly string[]): readonly number[] | null {
  const ages = [...new Set(written.slice(0, mostAges).map(Number))].filter((age) => age > 0);
  return ages.length === 0 ? null : ages.sort((one, other) => one - other);
}

/** What is wrong with the first age that is not as it should be, given those before it. */
function doubt(age: Word, at: number, before: readonly Word[]): { message: string; hint: string } | null {
  if (Number(age.text) === 0)
    return {
      message: `the age \`${age.text}\` has no effect`,
      hint: 'ages begin at 1; where none is left, those of `l` count, else 3 6 9 12',
    };
  if (at >= mostAges)
    return {
      message: `the age \`${age.text}\` has no effect: only the first ${mostAges} count`,
      hint: 'at the last of these the message is returned',
    };
  const previous = before.at(-1);
  if (previous !== undefined && Number(age.text) <= Number(previous.text))
    return {
      message: `the age \`${age.text}\` is not above the one before it`,
      hint: 'ages rise; here they are put in order, and the message is returned at the highest',
    };
  return null;
}

/** Reports the first doubtful age of each keyword. */
export function checkAges(items: readonly KeywordItem[]): Diagnostic[] {
  return items.flatMap((item) => {
    if (item.kind !== 'keyword' || !withAges.has(item.keyword)) return [];
    for (const [at, age] of item.arguments.entries()) {
      const found = doubt(age, at, item.arguments.slice(0, at));
      if (found === null) continue;
      const { message, hint } = found;
      return [warningAt(age.span, 'channel/notice-ages', message, { hint })];
    }
    return [];
  });
}
