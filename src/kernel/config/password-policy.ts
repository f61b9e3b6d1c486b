/** What passwords must be, set by the parameters below. It holds for those that are set from then on; nobody's present one is looked at. */
export interface PasswordPolicy {
  readonly charsMin: number
  /** How many of the last passwords, the present one among them, may not be used again; 0: any may. */
  readonly historyCount: number
  /** After so many wrong ones in a row the account is locked; 0: it is only slowed. */
  readonly lockFailures: number
  readonly lockSeconds: number
}

/** NIST SP 800-63B 3.1.1.2: at least eight. */
const CHARS_MIN = 8
/** A quarter of an hour: guessing is over, and the rightful owner comes back after a coffee. */
const LOCK_SECONDS = 900

/** As many as are kept of each user: two years of months. */
export const PASSWORD_HISTORY_MAX = 24

/**
 * The policy as settings. Reuse is not looked at and nothing is locked unless an administrator says so: a lock lets strangers lock
 * people out, and wrong passwords are slowed down in any case.
 */
export const PASSWORD_PARAMETERS = [
  {
    name: 'Password Length',
    what: 'the fewest characters that a password may have when it is set',
    form: 'count',
    range: [1, 64],
    holds: String(CHARS_MIN),
  },
  {
    name: 'Password History',
    what: 'how many of the last passwords, the present one among them, may not be used again; off: any may',
    form: 'count',
    range: [1, PASSWORD_HISTORY_MAX],
    holds: undefined,
  },
  {
    name: 'Password Lock Failures',
    what: 'wrong passwords in a row with which an account is locked; off: it is only slowed',
    form: 'count',
    range: [3, 100],
    holds: undefined,
  },
  {
    name: 'Password Lock Time',
    what: 'how long an account stays locked; a new password that an administrator sets unlocks it at once',
    form: 'seconds',
    range: [60, 3_600],
    holds: String(LOCK_SECONDS),
  },
] as const

/** The policy that holds. */
export function passwordPolicyOf(parameters: ReadonlyMap<string, { readonly value: string }>): PasswordPolicy {
  const [charsMin, historyCount, lockFailures, lockSeconds] = PASSWORD_PARAMETERS.map(({ name, holds }) =>
    Number(parameters.get(name)?.value ?? holds ?? 0),
  )
  return { charsMin: charsMin!, historyCount: historyCount!, lockFailures: lockFailures!, lockSeconds: lockSeconds! }
}
