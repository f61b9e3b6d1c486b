import { z } from 'zod'

/** What every answer that is not a success looks like (RFC 9457); its content type is `application/problem+json`. */
export const ProblemSchema = z
  .looseObject({
    type: z.string().describe('names the kind of problem; stays the same for ever'),
    title: z.string().describe('the kind of problem in words'),
    status: z.number().int(),
    detail: z.string().optional().describe('what went wrong this time'),
    instance: z.string().optional().describe('the request, as it stands in the log'),
    errors: z
      .array(
        z.object({
          path: z.string().describe('JSON Pointer (RFC 6901) into the body, or a parameter'),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .describe('RFC 9457 problem document')

/** An RFC 9457 problem document. */
export type Problem = z.infer<typeof ProblemSchema>

/** The content type of a problem. */
export const PROBLEM_TYPE = 'application/problem+json'

/** The RFC 6901 pointer of a path such as `['steps', 'ask', 'next']`. */
export function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
