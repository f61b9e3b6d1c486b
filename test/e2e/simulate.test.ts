/** `npm run simulate` as a person calls it, small: real callers and agents, two kills, a table, an exit code, a JSON file. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { endOf } from '../kit/outside.ts'

const SIMULATE = fileURLToPath(new URL('../../scripts/simulate/index.ts', import.meta.url))

it('loses no call, no row and no agent while the core is killed twice', { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-simulate-'))
  const file = join(folder, 'run.json')
  const words = [
    '--fresh',
    '--calls',
    '60',
    '--rate',
    '5',
    '--agents',
    '20',
    '--talk',
    '3',
    '--kill',
    'core@4',
    '--kill',
    'core@9',
    '--json',
    file,
  ]
  const child = spawn(process.execPath, [SIMULATE, ...words], { stdio: ['ignore', 'pipe', 'pipe'] })
  const { code, output } = await endOf(child, 200_000)
  expect(code, output).toBe(0)
  const json = JSON.parse(readFileSync(file, 'utf8')) as {
    offered: number
    answered: number
    lost: string[]
    stuck: string[]
    wrongStreams: string[]
    packets: { heard: number; lost: number; doubled: number; changed: number }
    kills: { termBefore: number; termAfter: number }[]
    journal: { rows: number; unsound: string[] }
  }
  rmSync(folder, { recursive: true })
  expect(json).toMatchObject({
    offered: 60,
    answered: 60,
    lost: [],
    stuck: [],
    wrongStreams: [],
    journal: { rows: 60, unsound: [] },
  })
  expect(json.packets).toMatchObject({ lost: 0, doubled: 0, changed: 0 })
  for (const { termBefore, termAfter } of json.kills) expect(termAfter).toBeGreaterThan(termBefore)
  expect(output).toMatch(/lost\s+0/)
})

it('says what is wrong with its options, and exits with 2', async () => {
  const child = spawn(process.execPath, [SIMULATE, '--kill', 'cat@3'], { stdio: ['ignore', 'pipe', 'pipe'] })
  const { code, output } = await endOf(child, 120_000)
  expect(code).toBe(2)
  expect(output).toContain('core@SECONDS')
})
