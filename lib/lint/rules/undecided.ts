/*
 * What the other rules, and the relay audit, could not find out. Requests that fail for one cause are one finding.
 * Listed last, since it reports on those before it.
 */
import type { Lookup } from '../../engine/index.js';
import { type Finding, type RequestRule, relatedPlaces } from '../rule.js';
import type { LintSubject, Undecided } from '../subject.js';

function ofAudit(subject: LintSubject): Undecided[] {
  return (subject.audit?.channels ?? []).flatMap(({ channel, undecided, cause }) => {
    const what = `whether strangers on \`${channel}\` can relay in some form`;
    return undecided === 0 ? [] : [{ what, cause: cause ?? 'unknown', span: subject.spanOfChannel(channel) }];
  });
}

/** The requests by cause, one for each place. */
function byCause(requests: readonly Undecided[]): Undecided[][] {
  const places = new Set<string>();
  const groups = new Map<string, Undecided[]>();
  for (const request of requests) {
    const { source, offset } = request.span;
    const place = `${source.name}:${offset}`;
    if (places.has(place)) continue;
    places.add(place);
    const group = groups.get(request.cause);
    if (group === undefined) groups.set(request.cause, [request]);
    else group.push(request);
  }
  return [...groups.values()];
}

function* findUndecided(subject: LintSubject): Lookup<readonly Finding[]> {
  return byCause([...subject.undecided, ...ofAudit(subject)]).flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [
          {
            span: first.span,
            message: `cannot tell ${first.what}: ${first.cause}`,
            hint: 'the gateway defers mail that it cannot decide on; fix the cause and check again',
            related: relatedPlaces(others, ({ what, span }) => ({
              message: `for the same reason, cannot tell ${what}`,
              span,
            })),
          },
        ],
  );
}

export const undecided = {
  code: 'lint/undecided',
  severity: 'warning',
  about:
    'A check could not be completed, because a look-up failed or a limit was reached. The gateway defers such mail with a temporary error. Fix the cause that the message names and run `pmdf check` again.',
  check: findUndecided,
} as const satisfies RequestRule;
