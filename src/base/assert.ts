/** A broken assertion is a bug in Tandem, never something that the world did: it stops the unit of work that met it. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Throws an {@link AssertionError} unless the condition holds. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new AssertionError(sentence)
}

/** Ends every switch over a union: the compiler refuses it while a member is not handled. */
export function assertNever(value: never): never {
  throw new AssertionError(`unexpected value: ${JSON.stringify(value)}`)
}
