import type { Direction, Link } from './link.ts'

/**
 * One machine of a pool in the network of a run: its processes belong to a group of their own, by which the kernel tells their packets from
 * those of others that use the same addresses.
 */
export interface Side {
  readonly name: string
  /** The group of its processes; nobody else has it. */
  readonly group: number
}

/** Groups of sides begin here, above those that distributions give away; none of them has to exist. */
const FIRST_GROUP = 61_001

/** What fits into one half of the mark that a connection carries. */
const SIDES_MAX = 15

/** The sides of a run, by the names of its machines. */
export function sidesOf(names: readonly string[]): readonly Side[] {
  if (names.length > SIDES_MAX) throw new Error(`${names.length} sides: a mark tells ${SIDES_MAX} apart`)
  return names.map((name, index) => ({ name, group: FIRST_GROUP + index }))
}

/**
 * Rules that write onto each connection who began it (the low half of its mark) and who answers (the high half). They must stand before
 * the first connection does. A socket whose process has closed it tells no group any more: so all else goes by the mark.
 */
export function markRules(sides: readonly Side[]): readonly string[] {
  return sides.flatMap(({ group }, index) => [
    `ct direction original ct mark and 0xf == 0 meta skgid ${group} ct mark set ct mark or 0x${(index + 1).toString(16)}`,
    `ct direction reply ct mark and 0xf0 == 0 meta skgid ${group} ct mark set ct mark or 0x${(index + 1).toString(16)}0`,
  ])
}

/**
 * Rules that drop what one side sends to another. The very first packet of a connection passes: nobody knows yet who will answer it, and
 * the answer is the other direction's.
 */
export function betweenRules(sides: readonly Side[], from: Side, to: Side): readonly string[] {
  const [one, other] = [placeOf(sides, from), placeOf(sides, to)]
  const mark = (began: number, answers: number) => `0x${answers.toString(16)}${began.toString(16)}`
  return [
    `ct mark and 0xff == ${mark(one, other)} ct direction original drop`,
    `ct mark and 0xff == ${mark(other, one)} ct direction reply drop`,
  ]
}

/** Rules that drop what one side says to a server of the run and hears from it, in a direction or in both. */
export function serverRules(sides: readonly Side[], side: Side, link: Link, direction: Direction): readonly string[] {
  const own = `ct mark and 0xf == 0x${placeOf(sides, side).toString(16)}`
  return link.ports.flatMap((port) => [
    ...(direction === 'from' ? [] : [`${own} tcp dport ${port} drop`]),
    ...(direction === 'towards' ? [] : [`${own} tcp sport ${port} drop`]),
  ])
}

function placeOf(sides: readonly Side[], { name }: Side): number {
  return sides.findIndex((side) => side.name === name) + 1
}
