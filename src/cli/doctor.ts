import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkPort, checkRtpPorts, DataFolder, localStatus, readSettings, type Settings, wantedPorts } from '#roles'
import type { Command } from './command.ts'
import { describeRole } from './describe-role.ts'
import { checkAvailability } from './doctor-availability.ts'
import type { Finding } from './finding.ts'

/** Fewer open files than this is fewer than two sockets a call for 600 calls, and the browsers. */
const FILES_MIN = 4096
const DISK_WARN_BYTES = 2 * 1024 ** 3
const MEMORY_WARN_BYTES = 1024 ** 3

/** `tandem doctor`: looks at everything that a start needs, changes nothing. */
export const doctor: Command = {
  summary: 'check what this machine needs to run Tandem, and say what to mend',
  help: `Usage: tandem doctor [the options of start]

Checks Node.js, data folder, disk, memory, open files, ports, what the loss of a machine would take, and the running
system if there is one.
Changes nothing. Exit code 1 when something fails.`,
  run,
}

async function run(args: readonly string[]): Promise<number> {
  const settings = readSettings(args, process.env, process.cwd())
  const findings = [
    checkNode(),
    ...checkData(settings),
    checkMemory(),
    checkFiles(),
    ...checkAvailability(settings),
    ...(await checkRunning(settings)),
  ]
  for (const { result, what, found } of findings) console.log(`${result.padEnd(5)} ${what.padEnd(14)} ${found}`)
  const failed = findings.filter(({ result }) => result === 'fail').length
  console.log(failed === 0 ? '\nnothing stands in the way' : `\n${failed} to mend`)
  return failed === 0 ? 0 : 1
}

function checkNode(): Finding {
  const major = Number.parseInt(process.versions.node, 10)
  return {
    result: major >= 24 ? 'ok' : 'fail',
    what: 'Node.js',
    found: `${process.version} (24 or later is needed; \`npm ci\` brings it)`,
  }
}

function checkData(settings: Settings): Finding[] {
  const folder = new DataFolder(settings.data)
  try {
    folder.inspect()
  } catch (cause) {
    return [{ result: 'fail', what: 'data folder', found: messageOf(cause) }]
  }
  const bytes = folder.bytesLeft()
  const made = folder.isNew() ? ' (new: the first start makes it)' : ''
  return [
    { result: 'ok', what: 'data folder', found: `${settings.data}${made}` },
    {
      result: bytes < DISK_WARN_BYTES ? 'warn' : 'ok',
      what: 'disk',
      found: `${Math.floor(bytes / 1024 ** 2)} MB left`,
    },
  ]
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

function checkMemory(): Finding {
  const text = existsSync('/proc/meminfo') ? readFileSync('/proc/meminfo', 'utf8') : ''
  const kilobytes = Number(/MemAvailable:\s+(\d+)/.exec(text)?.[1] ?? Number.NaN)
  if (Number.isNaN(kilobytes)) return { result: 'warn', what: 'memory', found: 'not known on this system' }
  return {
    result: kilobytes * 1024 < MEMORY_WARN_BYTES ? 'warn' : 'ok',
    what: 'memory',
    found: `${Math.floor(kilobytes / 1024)} MB available`,
  }
}

function checkFiles(): Finding {
  const text = existsSync('/proc/self/limits') ? readFileSync('/proc/self/limits', 'utf8') : ''
  const files = Number(/Max open files\s+(\d+)/.exec(text)?.[1] ?? Number.NaN)
  if (Number.isNaN(files)) return { result: 'warn', what: 'open files', found: 'the limit is not known on this system' }
  return {
    result: files < FILES_MIN ? 'warn' : 'ok',
    what: 'open files',
    found: `limit ${files} (raise it with ulimit -n if below ${FILES_MIN})`,
  }
}

async function checkRunning(settings: Settings): Promise<Finding[]> {
  const roles = localStatus(join(settings.data, 'run'))
  const supervisor = new DataFolder(settings.data).supervisor()
  if (supervisor === undefined && !roles.some(({ alive }) => alive)) return checkPorts(settings)
  return [
    {
      result: supervisor === undefined ? 'fail' : 'ok',
      what: 'supervisor',
      found: supervisor
        ? `process ${supervisor}`
        : 'does not run, so nothing that dies is started again: run tandem start',
    },
    ...roles.map(
      (role): Finding => ({
        result: role.ready ? 'ok' : 'fail',
        what: role.role,
        found: describeRole(settings.data, role),
      }),
    ),
  ]
}

async function checkPorts(settings: Settings): Promise<Finding[]> {
  const findings: Finding[] = []
  const add = async (what: string, free: string, check: Promise<void>) => {
    const problem = await check.then(() => undefined, messageOf)
    findings.push({ result: problem ? 'fail' : 'ok', what, found: problem ?? free })
  }
  for (const port of wantedPorts(settings)) await add(`port ${port.port}`, `free for ${port.what}`, checkPort(port))
  const { first, last } = settings.rtpPorts
  await add('RTP', `ports in ${first}-${last} are free`, checkRtpPorts(settings.listen, settings.rtpPorts))
  return findings
}
