import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { System } from '../kit/system.ts'
import type { Link } from './link.ts'

function optionsOf(system: System, name: string): Record<string, never> {
  const file = join(system.data, 'run', `${name}.options.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** The connections of a machine's cores, by the port at their other end. */
export function linksOf(system: System): Readonly<Record<'media' | 'edge' | 'database', Link> & { otherMedia?: Link }> {
  const control = (role: string) => Number((optionsOf(system, role)['control'] as { port?: number } | undefined)?.port)
  const url = String(optionsOf(system, 'core1')['databaseUrl'] ?? optionsOf(system, 'core2')['databaseUrl'])
  const otherMedia = control('media2')
  return {
    media: { name: 'media', ports: [control('media')] },
    ...(otherMedia ? { otherMedia: { name: 'the other media process', ports: [otherMedia] } } : {}),
    edge: { name: 'edge', ports: [control('edge')] },
    database: { name: 'database', ports: [Number(new URL(url).port)] },
  }
}
