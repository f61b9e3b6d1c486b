import type { FastifyRequest } from 'fastify'
import { API_ERRORS } from './errors.ts'

/** The version that the author saw: `basedOn` in the body, or `If-Match` with the ETag of what was read. */
export function basedOnOf(request: FastifyRequest, inBody: number | undefined): number | undefined {
  if (inBody !== undefined) return inBody
  const header = request.headers['if-match']
  if (header === undefined) return undefined
  const match = /^"(\d{1,15})"$/.exec(header)
  if (!match) throw API_ERRORS['api.invalid']({ path: 'If-Match', problem: 'is not an ETag of this API' })
  return Number(match[1])
}

/** The version to base a change on: whoever overwrites something says which version they saw (428), so that nothing is lost unseen. */
export function demandBasedOn(basedOn: number | undefined, exists: boolean, version: number): number {
  if (basedOn === undefined && exists) throw API_ERRORS['api.based-on']()
  return basedOn ?? version
}

/** The ETag of a version of the configuration. */
export function etagOf(version: number): string {
  return `"${version}"`
}
