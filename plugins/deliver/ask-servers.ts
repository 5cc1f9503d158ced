/*
 * Asks next mail servers whether they accept recipients: all servers at once, since silent ones would use up the time of the
 * others, and within one limit, however many of them are silent.
 */
import type { Reply } from '../../lib/smtp/index.js';
import { noAnswer } from '../haraka/index.js';
import type { BackendRoute, BackendSessions } from './backend-sessions.js';
import type { PlannedDelivery } from './plan.js';

/** What one server is asked: about each delivery, one after the other. No two questions have the same route. */
export interface ServerQuestion {
  readonly route: BackendRoute;
  readonly deliveries: readonly PlannedDelivery[];
}

/**
 * Gives the reply for each delivery. What is not answered within the limit gets `noAnswer`, and the connection to its server
 * ends; null for no limit but that of each reply. Rejects only when the install cannot reach a server at all.
 */
export async function askServers(
  sessions: BackendSessions,
  questions: readonly ServerQuestion[],
  limitMs: number | null,
): Promise<ReadonlyMap<PlannedDelivery, Reply>> {
  const replies = new Map<PlannedDelivery, Reply>();
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<Reply>((resolve) => {
    if (limitMs === null) return;
    timer = setTimeout(() => {
      isLate = true;
      resolve(noAnswer);
    }, limitMs);
  });
  const ask = async ({ route, deliveries }: ServerQuestion): Promise<void> => {
    for (const delivery of deliveries) {
      if (!isLate) replies.set(delivery, await Promise.race([sessions.ask(route, delivery), end]));
      if (!isLate) continue;
      // A message for others on this connection would wait for the missing reply.
      sessions.giveUp(route);
      for (const one of deliveries) if (!replies.has(one)) replies.set(one, noAnswer);
      return;
    }
  };
  try {
    await Promise.all(questions.map(ask));
  } finally {
    clearTimeout(timer);
  }
  return replies;
}
