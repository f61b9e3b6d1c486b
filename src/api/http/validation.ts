import type { FastifySchemaCompiler } from 'fastify'
import type { ZodType } from 'zod'
import { pointer } from '#api/contract'

/** One thing that does not fit; a path into the body is a JSON Pointer, a parameter is named `?limit` or `{id}`. */
export interface Issue {
  readonly path: string
  readonly message: string
}

/** More would only help an attacker to fill a log. */
const ISSUES_MAX = 20

/** A request that does not fit its schema, told by path. */
export class RequestIssues extends Error {
  override readonly name = 'RequestIssues'
  readonly issues: readonly Issue[]

  constructor(issues: readonly Issue[]) {
    super(issues.map((issue) => `${issue.path}: ${issue.message}`).join('; '))
    this.issues = issues
  }
}

/** Checks bodies, parameters and queries with zod. */
export const zodValidator: FastifySchemaCompiler<ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    const result = schema.safeParse(data)
    if (result.success) return { value: result.data }
    const issues = result.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ path: place(httpPart, [...issue.path, key]), message: 'is not known here' }))
        : [{ path: place(httpPart, issue.path), message: issue.message }],
    )
    return { error: new RequestIssues(issues.slice(0, ISSUES_MAX)) }
  }

function place(httpPart: string | undefined, path: readonly PropertyKey[]): string {
  if (httpPart === 'querystring') return `?${path.map(String).join('.')}`
  if (httpPart === 'params') return `{${path.map(String).join('.')}}`
  return pointer(path)
}
