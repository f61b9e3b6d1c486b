import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { promises as dns } from 'node:dns'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCommand } from '../../scripts/install-packages.ts'
import { eventually } from './api-client.ts'

/** The port that a resolver asks; another one only programs that can be told. */
const DNS_PORT = 53

/** Names and their addresses. */
export type Names = Readonly<Record<string, readonly string[]>>

/** Why there can be no name server that other programs ask by `/etc/resolv.conf`, or undefined. */
export function whyNoNames(): string | undefined {
  if (!findCommand('dnsmasq')) return 'the package dnsmasq-base is not installed'
  if (process.getuid?.() !== 0) return 'only root may take port 53 and give a process a resolv.conf of its own'
  const { status } = spawnSync('unshare', ['--mount', 'mount', '--bind', '/etc/hostname', '/etc/resolv.conf'])
  return status === 0 ? undefined : 'a process cannot have mounts of its own here'
}

/** A dnsmasq that knows the names of a test and no others. */
export class NameServer {
  readonly host: string
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor(host: string, folder: string, child: ChildProcess) {
    this.host = host
    this.#folder = folder
    this.#child = child
  }

  /** Starts it on a loopback address of its own and returns when it answers. */
  static async start(names: Names): Promise<NameServer> {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-names-'))
    const part = () => 1 + Math.floor(Math.random() * 250)
    const host = `127.53.${part()}.${part()}`
    writeFileSync(join(folder, 'hosts'), textOf(names))
    writeFileSync(join(folder, 'resolv.conf'), `nameserver ${host}\noptions timeout:1 attempts:2\n`)
    const words = [
      ...['--keep-in-foreground', '--no-resolv', '--no-hosts', '--user=root', '--conf-file=/dev/null'],
      ...[`--listen-address=${host}`, '--bind-interfaces', `--port=${DNS_PORT}`],
      ...[`--addn-hosts=${join(folder, 'hosts')}`, `--pid-file=${join(folder, 'pid')}`],
    ]
    const child = spawn(findCommand('dnsmasq') ?? 'dnsmasq', words, { stdio: 'ignore' })
    const server = new NameServer(host, folder, child)
    await server.#knows(names)
    return server
  }

  /** From now on these are the names. */
  async change(names: Names): Promise<void> {
    writeFileSync(join(this.#folder, 'hosts'), textOf(names))
    this.#child.kill('SIGHUP')
    await this.#knows(names)
  }

  /** The words that run a program which asks this server and no other. */
  asking(words: readonly string[]): readonly string[] {
    const mount = `mount --bind ${join(this.#folder, 'resolv.conf')} /etc/resolv.conf && exec "$@"`
    return ['unshare', '--mount', 'sh', '-c', mount, 'sh', ...words]
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL')
      await ended
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #knows(names: Names): Promise<void> {
    const resolver = new dns.Resolver({ timeout: 500, tries: 2 })
    resolver.setServers([`${this.host}:${DNS_PORT}`])
    for (const [name, addresses] of Object.entries(names))
      await eventually(`the addresses of ${name}`, async () => {
        const found = await resolver.resolve4(name).catch(() => [])
        return String([...found].sort()) === String([...addresses].sort()) ? true : undefined
      })
  }
}

function textOf(names: Names): string {
  return Object.entries(names)
    .flatMap(([name, addresses]) => addresses.map((address) => `${address} ${name}\n`))
    .join('')
}
