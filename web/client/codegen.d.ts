type Scalar = { input: string; output: string };

/** For the `config` of graphql-codegen. */
export declare const scalars: { Date: Scalar; DateTime: Scalar; Decimal: Scalar; Url: Scalar };
