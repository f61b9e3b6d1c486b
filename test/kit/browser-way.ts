import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { whyWithout } from './outside.ts'

/** A group of processes of its own, which nobody on the machine has; packets are known by it. */
const GROUP = 40_000 + (process.pid % 20_000)
const TABLE = `tandem_way_${process.pid}`

/** What is lost: all, or of one port of a server what the browser says in sound, or what it should hear. */
export type Loss =
  | { readonly what: 'all' }
  | { readonly what: 'said'; readonly to: number }
  | { readonly what: 'heard'; readonly from: number }

function ruleOf(loss: Loss): string {
  switch (loss.what) {
    case 'all':
      return `ct mark ${GROUP} drop`
    case 'said':
      return `meta skgid ${GROUP} udp dport ${loss.to} drop`
    case 'heard':
      return `ct mark ${GROUP} udp sport ${loss.from} drop`
  }
}

/** Why no browser's way can be cut here, or undefined when it can. */
export function whyNoBrowserWay(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'cutting a network needs Linux and root'
  const missing = whyWithout('nft') ?? whyWithout('setpriv')
  if (missing) return missing
  return nft(`table inet ${TABLE}\ndelete table inet ${TABLE}\n`) ? undefined : 'nft cannot cut here'
}

/**
 * The network of one browser on this machine, which can be taken away: the browser runs in a group of its own, each connection that it
 * opens carries a mark, and packets with that mark are dropped, without a word to either end.
 */
export class BrowserWay {
  readonly #folder = mkdtempSync(join(tmpdir(), 'browser-way-'))

  /** Starts that browser through a program that puts it into the group: give `executable` to whatever starts it. */
  static open(browser: string): BrowserWay {
    const way = new BrowserWay()
    writeFileSync(way.executable, `#!/bin/sh\nexec setpriv --regid ${GROUP} --clear-groups ${browser} "$@"\n`)
    chmodSync(way.executable, 0o755)
    way.heal()
    return way
  }

  get executable(): string {
    return join(this.#folder, 'browser')
  }

  lose(loss: Loss): void {
    this.#shape(ruleOf(loss))
  }

  heal(): void {
    this.#shape('')
  }

  close(): void {
    nft(`table inet ${TABLE}\ndelete table inet ${TABLE}\n`)
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #shape(rule: string): void {
    const own = `chain own { type filter hook output priority -10; meta skgid ${GROUP} ct mark set ${GROUP}; }`
    const lost = `chain lost { type filter hook output priority 0; ${rule}; }`
    if (!nft(`table inet ${TABLE}\ndelete table inet ${TABLE}\ntable inet ${TABLE} {\n ${own}\n ${lost}\n}\n`))
      throw new Error(`nft took no rule to lose: ${rule}`)
  }
}

function nft(text: string): boolean {
  return spawnSync('nft', ['-f', '-'], { input: text, encoding: 'utf8' }).status === 0
}
