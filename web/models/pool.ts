import type { Cluster, DrillView } from '#api/contract'

/** One process of the pool, as the page shows it. */
export interface PoolMember {
  readonly name: string
  readonly role: string
  readonly node: string
  readonly release: string
  /** Its pages, of a core that serves some. */
  readonly pages: string | undefined
  readonly position: number | undefined
  readonly lag: number | undefined
  readonly modules: readonly PoolModule[]
  readonly healthy: boolean
}

/** Something that a process does, and whether it does. */
export interface PoolModule {
  readonly name: string
  readonly healthy: boolean
  readonly detail: string
}

const ROLE_ORDER = ['primary', 'backup', 'edge', 'media', 'archive']

/** Every process: the primary first, then backups, edges, media, archive; each role by name. */
export function membersOf({ cores, others = [] }: Cluster): readonly PoolMember[] {
  return [...cores, ...others].map(memberOf).sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
}

function rank({ role }: PoolMember): number {
  const found = ROLE_ORDER.indexOf(role)
  return found === -1 ? ROLE_ORDER.length : found
}

/** A machine, and what it lends to all of its processes. */
export interface PoolMachine {
  readonly node: string
  readonly modules: readonly PoolModule[]
  readonly healthy: boolean
}

/** Every machine that says how it is, by name. */
export function machinesOf({ machines = [] }: Cluster): readonly PoolMachine[] {
  return machines.map(({ node, modules: told }) => {
    const modules = modulesOf(told)
    return { node, modules, healthy: modules.every(({ healthy }) => healthy) }
  })
}

function modulesOf(modules: Cluster['cores'][number]['modules'] = []): readonly PoolModule[] {
  return modules.map(({ name, healthy, detail = '' }) => ({ name, healthy, detail }))
}

function memberOf(member: Cluster['cores'][number]): PoolMember {
  const modules = modulesOf(member.modules)
  return {
    ...{ name: member.name, role: member.role, modules },
    node: member.node ?? '',
    release: member.release ?? '',
    pages: member.address?.startsWith('http') ? member.address : undefined,
    position: member.position ?? undefined,
    lag: member.lag ?? undefined,
    healthy: modules.every(({ healthy }) => healthy),
  }
}

/** What does not work at this moment, or nears its end: the process or machine, the part of it, and what it says. */
export function troublesOf(cluster: Cluster): readonly { readonly member: string; readonly module: PoolModule }[] {
  const machines = machinesOf(cluster).map(({ node, modules }) => ({ name: node, modules }))
  return [...membersOf(cluster), ...machines].flatMap(({ name, modules }) =>
    modules.filter(({ healthy }) => !healthy).map((module) => ({ member: name, module })),
  )
}

/** Backups that a switchover may go to: those that live. */
export function successorsOf(cluster: Cluster): readonly PoolMember[] {
  return membersOf(cluster).filter(({ role, healthy }) => role === 'backup' && healthy)
}

/** Whether a drill is under way: another one has to wait for it. */
export function isDrilling(drills: readonly DrillView[]): boolean {
  return drills.some(({ state }) => state === 'asked' || state === 'running')
}

/** Whether a drill lost nothing: no call, place, record or test call. */
export function lostNothing({ score }: DrillView): boolean | undefined {
  if (!score) return undefined
  return score.callsLost + score.placesLost + score.recordsLost + score.testCallsLost === 0
}
