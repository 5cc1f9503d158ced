/*
 * The attacks, by what they do.
 */
export const enemyKinds = [
  'one address',
  'an address for each connection',
  'slow clients',
  'bad commands',
  'AUTH guesses',
  'silent clients',
] as const;

export type EnemyKind = (typeof enemyKinds)[number];

/** The only address whose connections are counted against a rate that it reaches. */
export const countedAddress = '127.6.0.1';
