import type { WhatIfInput } from '#api/contract'
import { type Configuration, type ConfigurationChange, type User, wholeOf } from '#kernel/config'
import { API_ERRORS } from './errors.ts'

/** The configuration as it would be. Its shape and what refers to what are the kernel's to check, when it is played. */
export function changedOf(
  configuration: Configuration,
  { changes, addAgents }: Pick<WhatIfInput, 'changes' | 'addAgents'>,
): readonly ConfigurationChange[] {
  const objects = new Map(wholeOf(configuration).map((one) => [`${one.kind}:${one.name}`, one]))
  for (const change of changes) {
    const key = `${change.kind}:${change.name}`
    const value = change.merge ? mergedValue(objects.get(key), change) : change.value
    if (value === undefined) objects.delete(key)
    else objects.set(key, { kind: change.kind, name: change.name, value } as unknown as ConfigurationChange)
  }
  for (const user of newAgents(configuration, addAgents)) {
    objects.set(`user:${user.name}`, { kind: 'user', name: user.name, value: user })
  }
  return [...objects.values()]
}

function mergedValue(
  before: ConfigurationChange | undefined,
  { kind, name, merge }: WhatIfInput['changes'][number],
): object {
  if (!before?.value) throw API_ERRORS['api.no-such']({ what: kind, name })
  return { ...before.value, ...merge }
}

/** People like somebody who is there, with names and extensions that nobody has. */
function newAgents(configuration: Configuration, wanted: WhatIfInput['addAgents']): readonly User[] {
  let count = 0
  let extension = 0
  return wanted.flatMap(({ like, count: more }) => {
    const model = configuration.users.get(like)
    if (!model) throw API_ERRORS['api.no-such']({ what: 'user', name: like })
    return Array.from({ length: more }, (): User => {
      do extension++
      while (
        configuration.extensions.has(newExtension(extension)) ||
        configuration.numbers.has(newExtension(extension))
      )
      const name = `new-${++count}`
      return { ...model, name, displayName: name, extension: newExtension(extension) }
    })
  })
}

function newExtension(n: number): string {
  return String(990_000_000_000_000 + n)
}
