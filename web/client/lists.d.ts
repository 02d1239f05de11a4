/** The lists that are read page by page: type, field, and the arguments beside `first` and `after`. */
export declare const LISTS: Record<string, Record<string, string[]>>;
