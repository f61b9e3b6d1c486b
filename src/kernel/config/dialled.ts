import type { Configuration, Destination } from './configuration.ts'
import { resolveNumber } from './number.ts'
import { isCarriedBy, type Trunk } from './trunk.ts'

/** In the middle: what is to come before or after the others says so. */
const RANK = 50

/** The trunks over which a number may be called, in the order in which they are tried. */
export function trunksFor({ trunks }: Pick<Configuration, 'trunks'>, number: string): readonly Trunk[] {
  const found = [...trunks.values()].filter((trunk) => isCarriedBy(trunk, number))
  return found.sort((a, b) => (a.rank ?? RANK) - (b.rank ?? RANK) || (a.name < b.name ? -1 : 1))
}

/** Where a dialled number leads: here, or outside. */
export type Dialled = Destination | { readonly type: 'outside'; readonly number: string }

/** Where a number leads that somebody dials who may call outside: what is ours comes first; undefined when it leads nowhere. */
export function resolveDialled(
  configuration: Pick<Configuration, 'numbers' | 'extensions' | 'trunks'>,
  number: string,
): Dialled | undefined {
  const ours = resolveNumber(configuration, number)
  if (ours) return ours
  return trunksFor(configuration, number).length > 0 ? { type: 'outside', number } : undefined
}
