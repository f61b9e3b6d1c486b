import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { checkPort, DataFolder, localStatus, readSettings, type Settings } from '#roles'
import type { Command } from './command.ts'

/** What one check found: `warn` may do for a while, `fail` will not work. */
interface Finding {
  readonly result: 'ok' | 'warn' | 'fail'
  readonly what: string
  readonly found: string
}

/** Fewer open files than this is fewer than two sockets a call for 600 calls, and the browsers. */
const FILES_MIN = 4096
const DISK_WARN_BYTES = 2 * 1024 ** 3
const MEMORY_WARN_BYTES = 1024 ** 3

/** `tandem doctor`: looks at everything that a start needs, changes nothing. */
export const doctor: Command = {
  summary: 'check what this machine needs to run Tandem, and say what to mend',
  help: `Usage: tandem doctor [the options of start]

Checks Node.js, data folder, disk, memory, open files, ports, and the running system if there is one.
Changes nothing. Exit code 1 when something fails.`,
  run,
}

async function run(args: readonly string[]): Promise<number> {
  const settings = readSettings(args, process.env, process.cwd())
  const findings = [checkNode(), ...checkData(settings), checkMemory(), checkFiles(), ...(await checkRunning(settings))]
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
  try {
    new DataFolder(settings.data).open()
  } catch (cause) {
    return [{ result: 'fail', what: 'data folder', found: cause instanceof Error ? cause.message : String(cause) }]
  }
  const { bavail, bsize } = statfsSync(settings.data)
  const bytes = bavail * bsize
  return [
    { result: 'ok', what: 'data folder', found: settings.data },
    {
      result: bytes < DISK_WARN_BYTES ? 'warn' : 'ok',
      what: 'disk',
      found: `${Math.floor(bytes / 1024 ** 2)} MB left`,
    },
  ]
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
  if (roles.some(({ alive }) => alive)) {
    return roles.map(({ role, pid, alive, ready }) => ({
      result: alive && ready ? 'ok' : 'fail',
      what: role,
      found: alive ? `process ${pid}${ready ? '' : ', not serving yet'}` : 'does not run',
    }))
  }
  const { listen: host, httpPort, sipPort } = settings
  const ports = [
    { protocol: 'tcp', host, port: httpPort, what: 'web pages and API', option: '--http-port' },
    { protocol: 'udp', host, port: sipPort, what: 'SIP over UDP', option: '--sip-port' },
    { protocol: 'tcp', host, port: sipPort, what: 'SIP over TCP', option: '--sip-port' },
  ] as const
  const findings: Finding[] = []
  for (const port of ports) {
    const problem = await checkPort(port).then(
      () => undefined,
      (cause: Error) => cause.message,
    )
    findings.push({
      result: problem ? 'fail' : 'ok',
      what: `port ${port.port}`,
      found: problem ?? `free for ${port.what}`,
    })
  }
  return findings
}
