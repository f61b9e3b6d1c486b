import type { Interaction } from './interaction.ts'

/** What networks put where a caller does not want to be known. */
const NOBODY: ReadonlySet<string> = new Set(['', 'anonymous', 'restricted', 'unavailable', 'unknown'])

/**
 * Names the customer of a contact, the same by whatever way the customer comes: who it is known to be, else its address, phone numbers
 * without the marks that people put in. Undefined when nobody can tell: then it is like no other.
 */
export function customerOf({
  customer,
  from,
  direction,
}: Pick<Interaction, 'customer' | 'from' | 'direction'>): string | undefined {
  // A colleague who calls a colleague is nobody's customer.
  if (direction === 'internal' && customer === undefined) return undefined
  const address = (customer ?? from).trim().toLowerCase()
  if (NOBODY.has(address)) return undefined
  const number = address.replace(/[\s()./-]/g, '').replace(/^00/, '+')
  return /^\+?[0-9]+$/.test(number) ? number : address
}
