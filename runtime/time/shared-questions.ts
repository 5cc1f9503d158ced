/*
 * Questions in progress: the same question asked meanwhile shares the answer.
 */

export class SharedQuestions<V> {
  readonly #underWay = new Map<string, Promise<V>>();

  /** Asks a question, unless one with this key is in progress. */
  ask(key: string, question: () => Promise<V>): Promise<V> {
    const known = this.#underWay.get(key);
    if (known !== undefined) return known;
    const answer = question().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, answer);
    return answer;
  }
}
