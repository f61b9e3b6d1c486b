/** Why a core became primary, in one word that figures can be counted by. */
export const TAKEOVER_CAUSES = ['asked', 'free', 'gone', 'module', 'unreachable', 'other'] as const
/** One of {@link TAKEOVER_CAUSES}. */
export type TakeoverCause = (typeof TAKEOVER_CAUSES)[number]

/** The beginnings of the sentences that `step.ts` gives as reason; the first that fits tells. */
const BEGINNINGS: readonly (readonly [RegExp, TakeoverCause])[] = [
  [/^a switchover was asked for/, 'asked'],
  [/^nobody holds the lease/, 'free'],
  [/^the primary is gone/, 'gone'],
  [/^the module failed/, 'module'],
  [/^the primary is unreachable|attempts to reach the primary|^the time for reconnecting/, 'unreachable'],
]

/**
 * The cause in a reason: `asked` by somebody, lease `free` (its holder's supervisor saw it die, or it lapsed), primary `gone`, its `module` down,
 * or it was `unreachable` and the lease free.
 */
export function causeOf(why: string): TakeoverCause {
  return BEGINNINGS.find(([beginning]) => beginning.test(why))?.[1] ?? 'other'
}
