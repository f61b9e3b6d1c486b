import type { z } from 'zod'
import type { ConfigurationChange } from './configuration.ts'
import { CONFIG_ERRORS } from './errors.ts'
import { type InnerFault, KINDS, type Kind, pluralOf } from './kinds.ts'

/** Where an object stands in the configuration, as the beginning of a path. */
export function pathOf(change: Pick<ConfigurationChange, 'kind' | 'name'>): string {
  return `${pluralOf(change.kind)}.${change.name}`
}

/**
 * What is wrong with an object alone: a wrong shape, a value out of its range, a key that nobody knows, another name than it is filed
 * under. Inner faults, such as a flow's, are found too once the shape is right.
 */
export function shapeFaults(change: ConfigurationChange): readonly InnerFault[] {
  const path = pathOf(change)
  if (!Object.hasOwn(KINDS, change.kind)) return [{ path, problem: 'is of no known kind' }]
  const kind = KINDS[change.kind] as Kind<unknown>
  const named = kind.name.safeParse(change.name)
  if (!named.success) return [{ path, problem: named.error.issues[0]!.message }]
  if (change.value === undefined) return []
  const parsed = kind.shape.safeParse(change.value)
  if (!parsed.success) return parsed.error.issues.map((issue) => faultOf(path, issue))
  if (kind.isNamed && 'name' in change.value && change.value.name !== change.name) {
    return [{ path: `${path}.name`, problem: `is not "${change.name}"` }]
  }
  return (kind.faults?.(change.value) ?? []).map((fault) => ({ path: `${path}.${fault.path}`, problem: fault.problem }))
}

function faultOf(path: string, issue: z.core.$ZodIssue): InnerFault {
  const inner = [...issue.path, ...(issue.code === 'unrecognized_keys' ? [issue.keys[0]] : [])]
  return { path: [path, ...inner].join('.'), problem: issue.message }
}

/** Refuses a change whose object has a fault: `config.invalid` with the path of the first. */
export function checkShape(change: ConfigurationChange): void {
  const fault = shapeFaults(change)[0]
  if (fault) throw CONFIG_ERRORS['config.invalid']({ path: fault.path, problem: fault.problem })
}
