import { readFileSync } from 'node:fs'
import { type Clock, newId } from '#base'
import type { KnownMember, Member } from '#seams/members'
import { advertisedAddress } from './advertised.ts'
import type { ControlAddress, CoreOptions } from './role-options.ts'
import type { Settings } from './settings.ts'

/** The release that this process is of. */
export const RELEASE: string = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version

/** Whether other machines may share this one's database. */
export function isShared({ postgresUrl }: Pick<Settings, 'postgresUrl'>): boolean {
  return postgresUrl !== undefined
}

/** Where cores of other machines find a role of this one; on a machine alone nothing listens beyond loopback. */
export function controlHosts(settings: Settings): { readonly listen: string; readonly told: string } {
  if (!isShared(settings)) return { listen: '127.0.0.1', told: '127.0.0.1' }
  const { listen, poolAddress } = settings
  return { listen, told: poolAddress ?? advertisedAddress({ listen, advertise: undefined }) }
}

/** One role of this machine, as its supervisor knows it. */
export interface RoleOfMachine {
  readonly name: string
  readonly machine: string
  readonly control?: ControlAddress
  readonly clock: Clock
}

/** What the supervisor announces of a role. */
export function roleMember(
  role: 'edge' | 'media' | 'archive',
  settings: Settings,
  { name, control, clock, machine }: RoleOfMachine,
): Member {
  const told = controlHosts(settings).told
  return {
    name,
    node: settings.node,
    role,
    machine,
    life: newId('life'),
    ...(control && { control: { host: told, port: control.port } }),
    release: RELEASE,
    startedAt: clock.now(),
  }
}

/** Where edges and media processes listen: this machine's own first, then those of the list. */
export function peersOf(
  { edges, media }: Pick<CoreOptions, 'edges' | 'media'>,
  members: readonly KnownMember[],
): { readonly edges: readonly ControlAddress[]; readonly media: readonly ControlAddress[] } {
  const all = (role: 'edge' | 'media', own: readonly ControlAddress[]): readonly ControlAddress[] => {
    const names = new Set(own.map(({ name }) => name))
    const others = members.flatMap(({ role: its, name, control }) =>
      its === role && control && !names.has(name) ? [{ name, ...control }] : [],
    )
    return [...own, ...others]
  }
  return { edges: all('edge', edges), media: all('media', media) }
}
