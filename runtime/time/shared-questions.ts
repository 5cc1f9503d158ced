/*
 * Questions that are under way: who asks the same again meanwhile gets the same answer.
 */

export class SharedQuestions<V> {
  readonly #underWay = new Map<string, Promise<V>>();

  /** Asks, unless the same key is being asked already. */
  ask(key: string, question: () => Promise<V>): Promise<V> {
    const known = this.#underWay.get(key);
    if (known !== undefined) return known;
    const answer = question().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, answer);
    return answer;
  }
}
