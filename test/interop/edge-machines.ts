import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const EDGE = fileURLToPath(new URL('./edge-process.ts', import.meta.url))

/** Begins the name of everything that is made here; the process's number follows. */
const PREFIX = `tme${process.pid % 100_000}`

/** Sends a datagram from the one address to the other, so that the system must ask by ARP. */
const ASK = `
const socket = require('node:dgram').createSocket('udp4')
socket.bind(0, process.argv[1], () => socket.send('x', 9, process.argv[2], () => setTimeout(() => socket.close(), 100)))
`

export const SIP_PORT = 5060
export const CONTROL_PORT = 7060

/** Why there can be no machines, or undefined when there can. */
export function whyNoMachines(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  if (spawnSync('ip', ['-V']).status !== 0) return 'ip is not installed'
  const name = `${PREFIX}-try`
  const made = spawnSync('ip', ['netns', 'add', name]).status === 0
  spawnSync('ip', ['netns', 'del', name])
  return made ? undefined : 'network namespaces cannot be made here'
}

/** Two machines of one network, each with an edge; this process is a third host. The shared address is on one of them. */
export class EdgeMachines {
  readonly #subnet = `10.213.${process.pid % 250}`
  readonly #edges = new Map<1 | 2, ChildProcess>()
  readonly shared = `${this.#subnet}.100`
  /** The address of this process in that network. */
  readonly own = `${this.#subnet}.254`

  static async open(): Promise<EdgeMachines> {
    const machines = new EdgeMachines()
    machines.#host()
    for (const number of [1, 2] as const) machines.#machine(number)
    await machines.take(1)
    await Promise.all([machines.#edge(1), machines.#edge(2)])
    return machines
  }

  controlOf(number: 1 | 2): { readonly host: string; readonly port: number } {
    return { host: `${this.#subnet}.${number}`, port: CONTROL_PORT }
  }

  /** Gives the shared address to a machine and tells the network, as keepalived does with gratuitous ARPs. */
  async take(number: 1 | 2): Promise<void> {
    this.#in(number, 'ip', 'addr', 'add', `${this.shared}/24`, 'dev', 'eth0')
    this.#announce(number)
    // Hosts that have just heard of the address do not believe another within a second (neigh/locktime).
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    this.#announce(number)
  }

  /** Asks for a host's address in the name of the shared one: all who knew another owner learn this one. */
  #announce(number: 1 | 2): void {
    this.#in(number, 'ip', 'neigh', 'flush', 'dev', 'eth0')
    this.#in(number, process.execPath, '-e', ASK, this.shared, this.own)
  }

  /** The machine dies: its edge this instant, and its network with it. */
  async crash(number: 1 | 2): Promise<void> {
    this.#in(number, 'ip', 'link', 'set', 'eth0', 'down')
    this.#in(number, 'ip', 'addr', 'del', `${this.shared}/24`, 'dev', 'eth0')
    await this.#kill(number)
  }

  async close(): Promise<void> {
    for (const number of [1, 2] as const) {
      await this.#kill(number)
      spawnSync('ip', ['link', 'del', `${PREFIX}v${number}`])
      spawnSync('ip', ['netns', 'del', namespaceOf(number)])
    }
    spawnSync('ip', ['link', 'del', `${PREFIX}br`])
  }

  #host(): void {
    must('ip', 'link', 'add', `${PREFIX}br`, 'type', 'bridge')
    must('ip', 'addr', 'add', `${this.own}/24`, 'dev', `${PREFIX}br`)
    must('ip', 'link', 'set', `${PREFIX}br`, 'up')
  }

  #machine(number: 1 | 2): void {
    const namespace = namespaceOf(number)
    must('ip', 'netns', 'add', namespace)
    must('ip', 'link', 'add', `${PREFIX}v${number}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
    must('ip', 'link', 'set', `${PREFIX}v${number}`, 'master', `${PREFIX}br`, 'up')
    this.#in(number, 'ip', 'addr', 'add', `${this.#subnet}.${number}/24`, 'dev', 'eth0')
    // The edge listens on the shared address before the machine has it.
    this.#in(number, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind')
    for (const link of ['lo', 'eth0']) this.#in(number, 'ip', 'link', 'set', link, 'up')
  }

  async #edge(number: 1 | 2): Promise<void> {
    const options = {
      ...{ listen: this.shared, advertisedHost: this.shared, sipPort: SIP_PORT, control: this.controlOf(number) },
      ...{
        secret: 'secret of the pool',
        key: 'a key that is shared',
        name: `edge-${number}`,
        instance: `start-${number}`,
      },
    }
    const words = ['netns', 'exec', namespaceOf(number), process.execPath, EDGE, JSON.stringify(options)]
    const child = spawn('ip', words, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#edges.set(number, child)
    await once(child.stdout!, 'data')
  }

  async #kill(number: 1 | 2): Promise<void> {
    const child = this.#edges.get(number)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  #in(number: 1 | 2, ...words: string[]): void {
    must('ip', 'netns', 'exec', namespaceOf(number), ...words)
  }
}

function namespaceOf(number: 1 | 2): string {
  return `${PREFIX}-${number}`
}

function must(command: string, ...words: string[]): void {
  const { status, stderr } = spawnSync(command, words, { encoding: 'utf8', timeout: 20_000 })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} gave ${status}: ${stderr}`)
}
