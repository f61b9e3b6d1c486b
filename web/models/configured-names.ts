import type { Published } from './configuration-client.ts'

/** What a field can name, from what there is: `target` is what its schema's `refersTo` says. */
export function namesFor(
  { data, kinds, prompts }: Published,
  target: string,
  object: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  const users = Object.values(data['users'] ?? {})
  const queues = Object.values(data['queues'] ?? {})
  switch (target) {
    case 'skill':
      return once([...users, ...queues].flatMap((one) => Object.keys(one['skills'] ?? {})))
    case 'group':
      return once([...users, ...queues].flatMap((one) => (one['groups'] as readonly string[] | undefined) ?? []))
    case 'mailbox':
      return once([...Object.keys(data['users'] ?? {}), ...Object.keys(data['queues'] ?? {})])
    case 'number':
      return once([...Object.keys(data['numbers'] ?? {}), ...users.map((user) => String(user['extension']))])
    case 'prompt':
      return once([...prompts.map(({ name }) => name), ...Object.keys(data['prompts'] ?? {})])
    case 'role':
      return once([
        ...(kinds.find(({ kind }) => kind === 'role')?.names ?? []).map(({ name }) => name),
        ...Object.keys(data['roles'] ?? {}),
      ])
    case 'step':
      return Object.keys(object['steps'] ?? {})
    default:
      return Object.keys(data[kinds.find(({ kind }) => kind === target)?.plural ?? ''] ?? {})
  }
}

function once(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}
