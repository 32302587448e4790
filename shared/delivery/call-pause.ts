/** First pause before a service is asked again for what it has refused; each later one is twice as long. */
const firstPauseMs = 100;

/**
 * How long to wait before a call is made again, in milliseconds. Half of it is left to chance, so that callers who were refused
 * together do not come back together.
 *
 * @param again 1 before the second call, 2 before the third, …
 * @param random from 0 to 1
 */
export const callPauseMs = (again: number, random: number): number =>
  firstPauseMs * 2 ** (again - 1) * (0.5 + random / 2);
