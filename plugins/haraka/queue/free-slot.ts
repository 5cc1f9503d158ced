/*
 * Lets Haraka's queue go on to other files while one waits for something else than a server: the number of files that it works
 * on at once is limited.
 * Undocumented, read from Haraka 3.3.4: outbound/queue.js (delivery_queue gives a file a new next_cb at each attempt),
 * outbound/hmail.js (next_cb, called when an attempt is over).
 */

/** Tells the queue that the present attempt at a file is over; what is done with the file after that is not changed. */
export function freeSlot(mail: object): void {
  const done: unknown = Reflect.get(mail, 'next_cb');
  if (typeof done !== 'function') return;
  // A second call would count another attempt as over.
  Reflect.set(mail, 'next_cb', () => undefined);
  Reflect.apply(done, mail, []);
}
