import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, ClusterSchema } from '#api/contract'
import { DataFolder, type LocalRole, localStatus, localToken, readSettings, type Settings } from '#roles'
import type { Command } from './command.ts'
import { describeRole } from './describe-role.ts'

/** A core that does not answer within this is as good as away for somebody who waits at a terminal. */
const ANSWER_MS_MAX = 3_000

/** `tandem status`: the roles of this machine, and the centre as its core sees it. */
export const status: Command = {
  summary: 'show the roles of this machine and how the core sees the centre',
  help: `Usage: tandem status [--json] [the options of start]

Reads the data folder (--data) and asks the core over its API; whoever may read the folder's keys may ask.
Exit code 0 when the supervisor runs, every role serves and there is a primary, 1 otherwise.`,
  run,
}

async function run(args: readonly string[]): Promise<number> {
  const settings = readSettings(
    args.filter((word) => word !== '--json'),
    process.env,
    process.cwd(),
  )
  if (isClosed(join(settings.data, 'run'))) {
    console.error(`tandem: the data folder ${settings.data} may only be read by its owner; ask as that user`)
    return 1
  }
  const roles = localStatus(join(settings.data, 'run'))
  const supervisor = new DataFolder(settings.data).supervisor()
  const cluster = await askCluster(settings)
  if (args.includes('--json'))
    console.log(JSON.stringify({ supervisor: supervisor ?? null, roles, cluster: cluster ?? null }))
  else if (supervisor === undefined && !roles.some(({ alive }) => alive) && !cluster)
    console.log(`Tandem does not run on the data folder ${settings.data}; start it with tandem start`)
  else {
    printRoles(settings, supervisor, roles)
    printCluster(settings, cluster)
  }
  return supervisor !== undefined && roles.every(({ ready }) => ready) && cluster?.primary ? 0 : 1
}

/** Whether the folder is there and hidden from this user. */
function isClosed(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK)
    return false
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EACCES'
  }
}

async function askCluster(settings: Settings): Promise<Cluster | undefined> {
  const token = localToken(settings.data)
  if (!token) return undefined
  try {
    const response = await fetch(`http://${settings.listen}:${settings.httpPort}/api/v1/cluster`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    })
    return response.ok ? ClusterSchema.parse(await response.json()) : undefined
  } catch {
    return undefined
  }
}

function printRoles(settings: Settings, supervisor: number | undefined, roles: readonly LocalRole[]): void {
  console.log(`data folder ${settings.data}`)
  console.log(
    `  supervisor  ${supervisor ? `process ${supervisor}` : 'not running: nothing that dies is started again; tandem start takes over what runs'}`,
  )
  for (const role of roles)
    console.log(`  ${(role.role === 'core' ? role.role : role.name).padEnd(11)} ${describeRole(settings.data, role)}`)
}

function printCluster(settings: Settings, cluster: Cluster | undefined): void {
  if (!cluster) {
    console.log(
      `no core answers on http://${settings.listen}:${settings.httpPort}; its log is log/core1.log or core2.log`,
    )
    return
  }
  console.log(`primary ${cluster.primary ?? 'none'}, term ${cluster.term}, position ${cluster.position}`)
  const machines = (cluster.machines ?? []).map(({ node, modules }) => ({ name: node, role: 'machine', modules }))
  for (const member of [...cluster.cores, ...(cluster.others ?? []), ...machines]) {
    console.log(`  ${member.name.padEnd(16)} ${member.role}`)
    for (const { name, healthy, detail } of member.modules ?? []) {
      console.log(`    ${healthy ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${detail ?? ''}`)
    }
  }
}
