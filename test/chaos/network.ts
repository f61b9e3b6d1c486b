import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import type { Direction, Link } from './link.ts'
import { betweenRules, markRules, type Side, serverRules } from './sides.ts'

/** Network namespaces of these tests begin with this; the number of their owner's process follows. */
const PREFIX = 'tandem-chaos-'

/** Why a run has no network of its own, or undefined if it can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  for (const command of ['ip', 'nft']) if (run(command, ['-V']).status !== 0) return `${command} is not installed`
  const name = `${PREFIX}${process.pid}-try`
  const made = run('ip', ['netns', 'add', name])
  run('ip', ['netns', 'del', name])
  return made.status === 0 ? undefined : 'network namespaces cannot be made here'
}

/** Makes a namespace with nothing in it but loopback, removing first what a run that was killed has left. */
export function openNamespace(label: string): string {
  removeStale()
  const name = `${PREFIX}${process.pid}-${label}`
  must('ip', ['netns', 'add', name])
  must('ip', ['netns', 'exec', name, 'ip', 'link', 'set', 'lo', 'up'])
  return name
}

/** Ends whatever still runs in the namespace, and removes it. */
export function closeNamespace(name: string): void {
  for (const pid of run('ip', ['netns', 'pids', name]).stdout.split('\n').filter(Boolean)) {
    if (Number(pid) !== process.pid) run('kill', ['-9', pid])
  }
  run('ip', ['netns', 'del', name])
}

function removeStale(): void {
  for (const name of namespaces()) {
    const owner = Number(/^\d+/.exec(name.slice(PREFIX.length))?.[0])
    if (!isAlive(owner)) closeNamespace(name)
  }
}

/** The namespaces of these tests that exist. */
export function namespaces(): string[] {
  try {
    return readdirSync('/run/netns').filter((name) => name.startsWith(PREFIX))
  } catch {
    return []
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whoever leads connections on comes from these ports, so that it is not led to itself. The machine gives none of them to sockets by itself. */
export const RELAY_PORTS = { first: 61_000, last: 65_000 } as const

/** The network of a run, as seen from inside of its namespace: cuts and losses by port, made with nftables. Each gives what heals it. */
export class Network {
  readonly #rules = new Set<readonly string[]>()
  #sides: readonly Side[] = []

  /** Tells the machines of a pool apart from now on: before any of them is started. */
  tellApart(sides: readonly Side[]): void {
    this.#sides = sides
    const rules = markRules(sides).map((rule) => `  ${rule}\n`)
    const chain = ` chain out {\n  type filter hook output priority -10; policy accept;\n${rules.join('')} }`
    must('nft', ['-f', '-'], `table inet chaossides {\n${chain}\n}\n`)
  }

  /** Drops what one machine sends to another one, and nothing else. */
  part(from: Side, to: Side): () => void {
    return this.#add(betweenRules(this.#sides, from, to))
  }

  /** Drops what one machine says to a server that all share, what it hears of it, or both. */
  cutOff(side: Side, link: Link, direction: Direction = 'both'): () => void {
    return this.#add(serverRules(this.#sides, side, link, direction))
  }

  get sides(): readonly Side[] {
    return this.#sides
  }

  /** Drops all packets of the link. */
  cut(link: Link, direction: Direction = 'both'): () => void {
    return this.#add(ruleWords(link, direction, ''))
  }

  /** Drops a share of its packets, in per cent. */
  lose(link: Link, percent: number): () => void {
    return this.#add(ruleWords(link, 'both', `numgen random mod 1000 < ${Math.round(percent * 10)}`))
  }

  /** Leads new connections to a port to another one, unless they come from {@link RELAY_PORTS}. */
  lead(port: number, to: number): void {
    const rule = `tcp sport != ${RELAY_PORTS.first}-${RELAY_PORTS.last} tcp dport ${port} redirect to :${to}`
    const chain = ` chain out {\n  type nat hook output priority -100; policy accept;\n  ${rule}\n }`
    must('nft', ['-f', '-'], `table ip chaosway {\n${chain}\n}\n`)
  }

  /** Ends every connection of the link that does not come from {@link RELAY_PORTS}, as its next packet passes. */
  reset({ ports }: Link): void {
    const { first, last } = RELAY_PORTS
    this.#add(
      ports.flatMap((port) => [
        `tcp dport ${port} tcp sport != ${first}-${last} reject with tcp reset`,
        `tcp sport ${port} tcp dport != ${first}-${last} reject with tcp reset`,
      ]),
    )
  }

  healAll(): void {
    this.#rules.clear()
    this.#apply()
  }

  #add(rules: readonly string[]): () => void {
    this.#rules.add(rules)
    this.#apply()
    return () => {
      this.#rules.delete(rules)
      this.#apply()
    }
  }

  #apply(): void {
    const lines = [...this.#rules].flat()
    const text = [
      'table inet chaos',
      'delete table inet chaos',
      'table inet chaos {',
      ' chain out {',
      '  type filter hook output priority 0; policy accept;',
      ...lines.map((line) => `  ${line}`),
      ' }',
      '}',
    ].join('\n')
    must('nft', ['-f', '-'], `${text}\n`)
  }
}

function ruleWords(link: Link, direction: Direction, share: string): string[] {
  return link.ports.flatMap((port) => [
    ...(direction === 'from' ? [] : [`tcp dport ${port} ${share} drop`]),
    ...(direction === 'towards' ? [] : [`tcp sport ${port} ${share} drop`]),
  ])
}

function run(command: string, words: readonly string[], input?: string) {
  return spawnSync(command, [...words], { encoding: 'utf8', timeout: 20_000, ...(input ? { input } : {}) })
}

function must(command: string, words: readonly string[], input?: string): void {
  const { status, stderr, error } = run(command, words, input)
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} gave ${status}: ${stderr}${error?.message ?? ''}`)
}
