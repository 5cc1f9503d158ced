/** Thrown when a search reaches the limit of work: the question is not decided. */
export class WorkLimitReached extends Error {
  constructor() {
    super('the limit of work was reached');
    this.name = 'WorkLimitReached';
  }
}
