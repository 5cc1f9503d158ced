/*
 * What a decision is made from: the policy, the session, and the environment of this run.
 */
import type { Environment } from '../engine/index.js';
import type { Policy, Session } from '../policy/index.js';

/** The three that travel together; `S` is what the decision needs to know of the session. */
export interface DecisionContext<S = Session> {
  readonly policy: Policy;
  readonly session: S;
  readonly environment: Environment;
}
