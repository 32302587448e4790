/** First characters of a key, which tell keys apart; none of one that is too short to lose some. */
export const maskedKey = (key: string): string => (key.length < 16 ? "****" : `${key.slice(0, 4)}****`);
