import { join } from 'node:path'
import { type Cluster, ClusterSchema } from '#api/contract'
import { type LocalRole, localStatus, localToken, readSettings, type Settings } from '#roles'
import type { Command } from './command.ts'

/** A core that does not answer within this is as good as away for somebody who waits at a terminal. */
const ANSWER_MS_MAX = 3_000

/** `tandem status`: the roles of this machine, and the centre as its core sees it. */
export const status: Command = {
  summary: 'show the roles of this machine and how the core sees the centre',
  help: `Usage: tandem status [--json] [the options of start]

Reads the data folder (--data) and asks the core over its API; whoever may read the folder's keys may ask.
Exit code 0 when every role serves and there is a primary, 1 otherwise.`,
  run,
}

async function run(args: readonly string[]): Promise<number> {
  const settings = readSettings(
    args.filter((word) => word !== '--json'),
    process.env,
    process.cwd(),
  )
  const roles = localStatus(join(settings.data, 'run'))
  const cluster = await askCluster(settings)
  if (args.includes('--json')) console.log(JSON.stringify({ roles, cluster: cluster ?? null }))
  else print(settings, roles, cluster)
  return roles.every(({ ready }) => ready) && cluster?.primary ? 0 : 1
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

function print(settings: Settings, roles: readonly LocalRole[], cluster: Cluster | undefined): void {
  console.log(`data folder ${settings.data}`)
  for (const { role, pid, alive, ready } of roles) {
    const state = ready ? 'serving' : alive ? 'starting' : 'not running'
    console.log(`  ${role.padEnd(8)} ${state.padEnd(12)} ${alive ? `process ${pid}` : ''}`)
  }
  if (!cluster) {
    console.log(
      `the core does not answer on http://${settings.listen}:${settings.httpPort}; see log/core.log in the data folder`,
    )
    return
  }
  console.log(`primary ${cluster.primary ?? 'none'}, term ${cluster.term}, position ${cluster.position}`)
  for (const member of [...cluster.cores, ...(cluster.others ?? [])]) {
    console.log(`  ${member.name.padEnd(16)} ${member.role}`)
    for (const { name, healthy, detail } of member.modules ?? []) {
      console.log(`    ${healthy ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${detail ?? ''}`)
    }
  }
}
