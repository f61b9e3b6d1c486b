/** The same keys with other words: a language that lacks one, or has one too many, does not compile. */
export type Words<English> = { readonly [S in keyof English]: { readonly [K in keyof English[S]]: string } }
