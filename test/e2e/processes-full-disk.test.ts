/** A disk that becomes full under calls: whoever talks goes on, whoever calls waits, nobody crashes, and room heals it. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { startSystem } from '../kit/system.ts'
import { hearsMore } from './kill-stage.ts'

/** A call writes some kilobytes of events and history. */
const CALLS_MAX = 60
/** A busy machine serves a call late; one that waits for the disk is not given up by its caller before 32 s (RFC 3261, timer B). */
const SERVED_MS_MAX = 8_000

const disk = mkdtempSync(join(tmpdir(), 'tandem-disk-'))
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=420m', 'tmpfs', disk]).status === 0
const undo: (() => unknown)[] = []

afterAll(async () => {
  for (const one of undo.reverse()) await one()
  if (mounted) spawnSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true, force: true })
})

/** What the database has room for in pages that it holds already is still served; the disk is felt when those are full. */
async function firstThatWaits(dial: (index: number) => Promise<PhoneCall>): Promise<PhoneCall> {
  for (let index = 0; index < CALLS_MAX; index++) {
    const call = await dial(index)
    const served = await call.connected(SERVED_MS_MAX).then(
      () => true,
      () => false,
    )
    if (!served) return call
    await call.hangUp()
  }
  throw new Error(`${CALLS_MAX} calls were served with a full disk`)
}

describe.skipIf(!mounted)('a disk that becomes full under calls (needs the right to mount a small one)', () => {
  it('is told of, harms no call, and is over when there is room', async () => {
    const data = join(disk, 'data')
    mkdirSync(data)
    const system = await startSystem({ data })
    undo.push(() => system.stop())
    const processes = () =>
      readdirSync(join(data, 'run'))
        .filter((name) => name.endsWith('.pid'))
        .map((name) => [name, readFileSync(join(data, 'run', name), 'utf8')])
    const dial = async (user: string) => {
      const phone = await Phone.open({ server: system.sip, user })
      undo.push(() => phone.close())
      return phone.dial('1010')
    }
    await eventually('both cores', () =>
      processes().filter(([name]) => /^core\d/.test(name ?? '')).length === 2 ? true : undefined,
    )
    const before = processes()
    const up = await dial('7100')
    await up.connected()
    spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=1M'])
    const waiting = await firstThatWaits((index) => dial(String(7101 + index)))
    await eventually('the warning', () => (/error: the disk is nearly full/.test(system.output()) ? true : undefined))
    await hearsMore(up, 50)
    expect([up.state, waiting.state]).toEqual(['connected', 'calling'])
    rmSync(join(disk, 'filler'))
    await waiting.connected()
    await hearsMore(waiting)
    await hearsMore(up)
    expect(processes()).toEqual(before)
    await Promise.all([up.hangUp(), waiting.hangUp()])
  })
})
