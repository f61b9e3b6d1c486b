import { SIZING_ERRORS } from './errors.ts'

/** More agents or trunks than any centre has; a table of so many states is still made in milliseconds. */
export const SERVERS_MAX = 100_000

/** A day: longer calls and patience are mistaken units. */
export const DURATION_MS_MAX = 86_400_000

/** Refuses a number that is none, or out of its range. */
export function checkRange(what: string, found: number, least: number, most: number): void {
  if (!(found >= least && found <= most)) throw SIZING_ERRORS['sizing.range']({ what, found, least, most })
}

/** Refuses a number that is not whole, or out of its range. */
export function checkWhole(what: string, found: number, least: number, most: number): void {
  checkRange(what, found, least, most)
  if (!Number.isInteger(found)) throw SIZING_ERRORS['sizing.whole']({ what, found })
}

/** The offered load in erlangs: 0-100,000. */
export function checkLoad(load: number): void {
  checkRange('the load in erlangs', load, 0, SERVERS_MAX)
}

/** A duration: above 0, to a day. */
export function checkDuration(what: string, ms: number): void {
  checkRange(`${what} in milliseconds`, ms, 1, DURATION_MS_MAX)
}
