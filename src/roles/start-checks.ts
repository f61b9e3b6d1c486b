import { join } from 'node:path'
import { type Clock, defineErrors } from '#base'
import type { DataFolder } from './data-folder.ts'
import type { Database } from './database.ts'
import { CORES } from './local-status.ts'
import { mediaNames } from './media-processes.ts'
import { checkPort, checkRtpPorts, wantedPorts } from './ports.ts'
import { isAlive, readPid } from './process-table.ts'
import { sipsOf } from './role-wiring.ts'
import { administratorPassword } from './seed.ts'
import { isLoopback, SETTINGS_ERRORS, type Settings } from './settings.ts'
import { checkTlsTime, readTlsFiles } from './tls-files.ts'

/** What another machine may have against a start. */
export const START_ERRORS = defineErrors({
  'supervisor.same-name': {
    sentence: 'another machine of the pool is named {node} and lives: give this one another name with --node',
    status: 409,
  },
})

/** A machine that lives says so twice in this time. */
const TWIN_MS = 5_000
/** Whose process may rightly hold a port that a start wants. */
const PORT_OWNERS: Readonly<Record<'core' | 'edge', readonly string[]>> = { core: CORES, edge: ['edge'] }

/** Refuses a demo, whose passwords everybody knows, that others could reach. */
export function refuseOpenDemo({ listen, sipListen = listen }: Settings, demo: boolean): void {
  for (const address of [listen, sipListen])
    if (demo && !isLoopback(address)) throw SETTINGS_ERRORS['settings.open-demo']({ listen: address })
}

/** Refuses a certificate that cannot be read, or has had its time. */
export function checkCertificate(settings: Settings, clock: Clock): void {
  const sips = sipsOf(settings)
  if (sips) checkTlsTime(sips.files, readTlsFiles(sips.files), clock.now())
}

/** A new centre without an administrator is refused before anything is made; one in an operator's own database may have its own. */
export function refuseNobody(data: DataFolder, settings: Settings, password: string | undefined): void {
  if (data.isNew() && !settings.postgresUrl) administratorPassword(data.path, password)
}

/** Refuses ports that others hold; those of roles that an earlier supervisor left running are rightly taken. */
export async function checkPorts(data: DataFolder, settings: Settings): Promise<void> {
  const left = (name: string) => {
    const pid = readPid(join(data.path, 'run', `${name}.pid`))
    return pid !== undefined && isAlive(pid)
  }
  for (const port of wantedPorts(settings)) if (!PORT_OWNERS[port.owner].some(left)) await checkPort(port)
  if (!mediaNames(settings.mediaProcesses).some(left)) await checkRtpPorts(settings.listen, settings.rtpPorts)
}

/** Two machines of one name would take each other's place. One that is this machine's own former life has the same data folder. */
export async function refuseTwin(
  data: DataFolder,
  { members }: Database,
  at: { node: string; clock: Clock },
): Promise<void> {
  const { node, clock } = at
  const machine = data.secret('machine')
  const twins = async () => (await members.list()).filter((one) => one.node === node && one.machine !== machine)
  const beats = new Map((await twins()).flatMap(({ name, machine: its, beat }) => (its ? [[name, beat] as const] : [])))
  if (beats.size === 0) return
  await new Promise<void>((resolve) => clock.after(TWIN_MS, resolve))
  const lives = (await twins()).some(({ name, beat }) => beat !== (beats.get(name) ?? beat))
  if (lives) throw START_ERRORS['supervisor.same-name']({ node })
}
