import type { Problem } from '#api/contract'

/** What no server did, or one refused: `status` is 0 when none could be reached. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  /** The problem document, when there was one. */
  readonly problem: Problem | undefined

  constructor(status: number, detail: string, problem?: Problem, cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause })
    this.status = status
    this.problem = problem
  }
}
