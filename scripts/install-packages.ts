/** Other people's programs that the tests talk to: which are missing, and how to get them on Debian and Ubuntu. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** One program and the Debian package that brings it. */
export interface OutsideProgram {
  readonly command: string
  readonly debian: string
  /** What is tested with it. */
  readonly purpose: string
}

export const OUTSIDE_PROGRAMS: readonly OutsideProgram[] = [
  {
    command: 'sipp',
    debian: 'sip-tester',
    purpose: 'calls of a caller that nobody here wrote; the load of the benchmarks',
  },
  { command: 'baresip', debian: 'baresip-core', purpose: 'a phone that nobody here wrote, as caller and as agent' },
  { command: 'linphonec', debian: 'linphone-cli', purpose: 'another phone that nobody here wrote' },
  { command: 'linphonec', debian: 'linphone-cli', purpose: 'the guide that connects Linphone' },
  { command: 'spin', debian: 'spin', purpose: 'the model of lease, log and spool, every run of it' },
  { command: 'gcc', debian: 'gcc', purpose: 'what spin makes of the model' },
  { command: 'ip', debian: 'iproute2', purpose: 'chaos runs in a network of their own' },
  { command: 'nft', debian: 'nftables', purpose: 'cuts and losses in the network of a chaos run' },
  { command: 'faketime', debian: 'faketime', purpose: 'chaos runs whose clocks jump' },
  { command: 'curl', debian: 'curl', purpose: 'the examples of the guides and of the API' },
  { command: 'chromium', debian: 'chromium', purpose: 'the pages in a real browser' },
  { command: 'redis-server', debian: 'redis-server', purpose: 'the registers that the machines of a pool share' },
  { command: 'redis-sentinel', debian: 'redis-sentinel', purpose: 'a Redis that fails over' },
  { command: 'pg_basebackup', debian: 'postgresql', purpose: 'a PostgreSQL with a standby that is promoted' },
  { command: 'openssl', debian: 'openssl', purpose: 'certificates of the tests of TLS' },
  { command: 'haproxy', debian: 'haproxy', purpose: 'the balancer of docs/operations/haproxy.md' },
  { command: 'dnsmasq', debian: 'dnsmasq-base', purpose: 'names with several addresses' },
  { command: 'dovecot', debian: 'dovecot-imapd', purpose: 'mailboxes that nobody here wrote' },
]

/** Where a command is, or undefined. */
export function findCommand(command: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin']
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path))
}

/** Installs what is missing if this is Debian or Ubuntu and we are root; says in a line what could not be had. */
export function installPackages(say: (line: string) => void): void {
  const missing = OUTSIDE_PROGRAMS.filter(({ command }) => !findCommand(command))
  if (missing.length === 0) return
  const packages = missing.map(({ debian }) => debian)
  const able = existsSync('/usr/bin/apt-get') && process.getuid?.() === 0
  if (!able) {
    say(
      `not installed, so what needs it is skipped: ${packages.join(' ')} (Debian and Ubuntu: sudo apt-get install ${packages.join(' ')})`,
    )
    return
  }
  say(`installing ${packages.join(' ')}`)
  aptGet(['update', '-q'])
  aptGet(['install', '-y', '-q', '--no-install-recommends', ...packages])
  const still = missing.filter(({ command }) => !findCommand(command))
  for (const { debian, purpose } of still) say(`could not install ${debian} (${purpose}): what needs it is skipped`)
}

function aptGet(words: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', [...words], { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 900_000 })
}

if (process.argv[1] === import.meta.filename) installPackages((line) => console.log(line))
