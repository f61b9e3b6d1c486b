import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { PROBLEM_TYPE, type Problem } from '#api/contract'
import { type Logger, TandemError } from '#base'
import { RequestIssues } from './validation.ts'

/** Fields of errors that are shown: whoever collides with another's change is told who, when and what. */
const SHOWN = ['by', 'at', 'version', 'basedOn', 'kind', 'primary', 'state', 'interaction'] as const

/** Failures of a moment: the client is told to come again, after this many seconds unless the error says how long. */
const RETRY_AFTER_S = 1

/** Turns whatever a handler failed with into a problem document; what only a bug does is logged and told as 500 without its words. */
export function problemOf(error: unknown, instance: string, logger: Logger): Problem {
  if (error instanceof RequestIssues) {
    const detail = error.issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')
    return {
      ...problem('api.invalid', 422, `the request does not fit: ${detail}`, instance),
      errors: [...error.issues],
    }
  }
  if (error instanceof TandemError) return tandemProblem(error, instance, logger)
  const { statusCode, code, message } = error as FastifyError
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem(
      code === 'FST_ERR_CTP_INVALID_JSON_BODY' ? 'api.not-json' : 'api.refused',
      statusCode,
      message,
      instance,
    )
  }
  logger.error(
    { error: String(error), stack: error instanceof Error ? error.stack : undefined, instance },
    'request failed',
  )
  return problem('api.fault', 500, 'this is a fault of Tandem; its log says more under this instance', instance)
}

function tandemProblem(error: TandemError, instance: string, logger: Logger): Problem {
  if (error.status >= 500)
    logger.warn({ code: error.code, error: error.message, instance }, 'request could not be served')
  const shown = Object.fromEntries(
    SHOWN.filter((name) => name in error.fields).map((name) => [name, error.fields[name]]),
  )
  const made: Problem = { ...shown, ...problem(error.code, error.status, error.message, instance) }
  const { path, problem: words } = error.fields
  if (typeof path === 'string' && error.status === 422)
    made.errors = [{ path, message: String(words ?? error.message) }]
  if (typeof made['at'] === 'number') made['at'] = new Date(made['at']).toISOString()
  return made
}

function problem(code: string, status: number, detail: string, instance: string): Problem {
  return { type: `urn:tandem:problem:${code}`, title: STATUS_CODES[status] ?? 'Error', status, detail, instance }
}

/** Sends a problem with what belongs in its header. */
export function sendProblem(reply: FastifyReply, made: Problem, error?: unknown): FastifyReply {
  if (made.status === 401) reply.header('www-authenticate', 'Bearer realm="tandem"')
  if (made.status === 503 || made.status === 429) {
    const seconds = error instanceof TandemError ? Number(error.fields['seconds'] ?? RETRY_AFTER_S) : RETRY_AFTER_S
    reply.header('retry-after', String(seconds))
  }
  return reply
    .code(made.status)
    .header('cache-control', 'no-store')
    .type(PROBLEM_TYPE)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(made)
}

/** The name under which a request stands in the log. */
export function instanceOf(request: FastifyRequest): string {
  return `urn:tandem:request:${request.id}`
}
