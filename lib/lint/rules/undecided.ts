/*
 * What the other rules, and the relay audit, could not find out. Requests that fail for one cause are one finding.
 * Listed last, since it reports on those before it.
 */
import { groupBy } from '../group-by.js';
import { oneFinding, type RequestRule } from '../rule.js';
import type { LintSubject, Undecided } from '../subject.js';

function ofAudit(subject: LintSubject): Undecided[] {
  return (subject.audit?.channels ?? []).flatMap(({ channel, undecided, cause }) => {
    const what = `whether strangers on \`${channel}\` can relay in some form`;
    return undecided === 0 ? [] : [{ what, cause: cause ?? 'unknown', span: subject.spanOfChannel(channel) }];
  });
}

/** The first request at each place. */
function onePerPlace(requests: readonly Undecided[]): readonly Undecided[] {
  const byPlace = groupBy(requests, ({ span: { source, offset } }) => `${source.name}:${offset}`);
  return [...byPlace.values()].map(([first]) => first);
}

export const undecided = {
  code: 'lint/undecided',
  about:
    'A check could not be completed, because a look-up failed or a limit was reached. The gateway defers such mail with a temporary error. Fix the cause that the message names and run `pmdf check` again.',
  *check(subject) {
    const hint = 'the gateway defers mail that it cannot decide on; fix the cause and check again';
    const requests = onePerPlace([...subject.undecided, ...ofAudit(subject)]);
    return [...groupBy(requests, ({ cause }) => cause).values()].flatMap((group) =>
      oneFinding(
        group,
        ({ what, cause }) => ({ message: `cannot tell ${what}: ${cause}`, hint }),
        ({ what }) => `for the same reason, cannot tell ${what}`,
      ),
    );
  },
} as const satisfies RequestRule;
