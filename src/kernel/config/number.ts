import type { Configuration, Destination } from './configuration.ts'

/** Where a dialled number leads: a listed number first, then a user's extension; undefined when it leads nowhere (404). */
export function resolveNumber(
  configuration: Pick<Configuration, 'numbers' | 'extensions'>,
  number: string,
): Destination | undefined {
  const listed = configuration.numbers.get(number)
  if (listed) return listed
  const user = configuration.extensions.get(number)
  return user === undefined ? undefined : { type: 'user', user }
}
