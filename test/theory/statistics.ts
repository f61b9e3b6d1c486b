/** A mean from independent replications, with the half width of its 99 % confidence interval. */
export interface Estimate {
  readonly mean: number
  readonly half: number
}

/** Independent runs from which each figure is estimated; all replications, no pieces of one run, so that Student's interval is honest. */
export const REPLICATIONS = 20

/** Student's t, two-sided 99 %, by degrees of freedom (R. A. Fisher's table). */
const T99: Readonly<Record<number, number>> = {
  5: 4.032,
  7: 3.499,
  9: 3.25,
  11: 3.106,
  14: 2.977,
  19: 2.861,
  29: 2.756,
}

/** The estimate from one value a replication. */
export function estimate(values: readonly number[]): Estimate {
  const t = T99[values.length - 1]
  if (t === undefined) throw new Error(`no t for ${values.length} replications`)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, half: t * Math.sqrt(variance / values.length) }
}

/** Whether the truth lies in the interval. */
export function holds({ mean, half }: Estimate, truth: number): boolean {
  return Math.abs(mean - truth) <= half
}

/** How likely it is that more than `allowed` of `count` intervals of 99 % miss the truth by chance, were they independent. */
export function chanceOfMore(count: number, allowed: number): number {
  let term = 0.99 ** count
  let sum = term
  for (let k = 1; k <= allowed; k++) {
    term *= ((count - k + 1) / k) * (0.01 / 0.99)
    sum += term
  }
  return Math.max(0, 1 - sum)
}
