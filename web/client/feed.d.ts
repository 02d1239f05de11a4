/** What `nextRequest` reads of `pageInfo`. */
export interface FeedPageInfo {
  readonly hasNextPage: boolean;
  readonly endCursor?: string | null;
  readonly owed?: ReadonlyArray<{ readonly retryable: boolean }>;
  readonly retryAfterSeconds?: number | null;
}

export interface NextRequest {
  /** The cursor to pass as `after`. */
  after: string | null;
  /** How long to wait before the request. */
  waitSeconds: number;
}

/** After so many requests in vain, stop. */
export declare const MAX_ATTEMPTS: number;

/**
 * The next request of a scroller; null if there is none.
 * @param attempts how often the same cursor has been asked in vain
 */
export declare function nextRequest(pageInfo: FeedPageInfo, attempts?: number): NextRequest | null;

/** Seconds to wait: at least `retryAfterSeconds`, longer with each attempt. */
export declare function waitSeconds(attempts: number, retryAfterSeconds?: number | null): number;
