import type { FieldMergeFunction, FieldReadFunction, TypePolicies } from "@apollo/client";

export { possibleTypes } from "./schema-types.js";

/** For `new InMemoryCache({ possibleTypes, typePolicies })`. */
export declare const typePolicies: TypePolicies;

/** Joins the pages of a list. */
export declare const mergePage: FieldMergeFunction;

/** Joins the pages of the feed. */
export declare const mergeFeed: FieldMergeFunction;

/** Puts the activities of the joined feed in their order. */
export declare const readFeed: FieldReadFunction;

/** Joins the fields of one value, such as money, that several documents select. */
export declare const mergeValue: FieldMergeFunction;
