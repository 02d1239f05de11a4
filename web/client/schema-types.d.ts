/** The object types of each interface and union. */
export declare const possibleTypes: Record<string, string[]>;

/** Object types without an id. */
export declare const EMBEDDED: string[];

/** Object types whose id is that of one system only. */
export declare const LOCAL: string[];

/** Types without an id of the graph whose objects are one value, such as `Money`. */
export declare const VALUES: string[];

/** Types without an id of the graph of which a parent has one object, such as `FinancialSummary`. */
export declare const PARTS: string[];

/** The fields of each type that tell whether another field is known. */
export declare const STATES: Record<string, string[]>;

/** The fields of each type that are lists of objects, and null if unknown. */
export declare const NULLABLE_LISTS: Record<string, string[]>;

/** The values of each type that tell that something is missing. */
export declare const SIGNS: Record<string, Record<string, boolean | string>>;
