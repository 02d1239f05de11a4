/** The paths of fields that are unknown in an answer. It needs `__typename`. */
export declare function unknownFields(data: unknown): Array<Array<string | number>>;

/** Is a field of the answer unknown? */
export declare function hasUnknown(data: unknown): boolean;

/**
 * When to ask again for an answer with unknown fields; null if all is known, or after `MAX_ATTEMPTS` in vain.
 * @param attempts how often it has been asked again in vain
 */
export declare function nextRefetch(
  data: unknown,
  attempts?: number,
  retryAfterSeconds?: number | null,
): { waitSeconds: number } | null;

/**
 * Asks again until all is known: at once, then ever later. Call the result when the page goes.
 * @param data what the page shows now, also if it is from the cache
 * @param refetch asks past the cache, as that of Apollo Client does
 */
export declare function askAgain(data: unknown, refetch: () => Promise<{ data?: unknown }>): () => void;
