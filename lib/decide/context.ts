/*
 * What a decision is made from: the policy, the session, and the environment of this run.
 */
import type { Environment } from '../engine/index.js';
import type { Connection, Policy, Session } from '../policy/index.js';

/** The three that travel together; `S` is what the decision needs to know of the session. */
export interface DecisionContext<S = Session> {
  readonly policy: Policy;
  readonly session: S;
  readonly environment: Environment;
}

/** What a session is to tables; PORT_ACCESS is consulted before there is all of it. */
export type ConsultingSession = Connection & Pick<Session, 'sourceChannel'> & Partial<Session>;
