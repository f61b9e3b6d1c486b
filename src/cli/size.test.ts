import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { size } from './size.ts'

describe('tandem size', () => {
  const lines: string[] = []

  beforeEach(() => {
    lines.length = 0
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line))
  })
  afterEach(() => vi.restoreAllMocks())

  const ask = async (words: string): Promise<string> => {
    lines.length = 0
    await size.run(words.split(' '))
    return lines.join('\n')
  }

  it('says how many agents, and what one more or less would reach', async () => {
    const said = await ask('agents --calls-per-hour 200 --handle 180 --shrinkage 30')
    expect(said).toContain('load      10.00 erlangs (Erlang C)')
    expect(said).toContain('agents    14 at work, 20 on the roster')
    expect(said).toMatch(/ {4}14 +17\.4 % +88\.8 % +7\.8 s +0\.0 % +71\.4 % {2}◀/)
    expect(await ask('agents --calls-per-hour 200 --handle 180 --patience 90 --abandon 5')).toContain('Erlang A')
  })

  it('gives programs one object', async () => {
    expect(JSON.parse(await ask('trunks --json --calls-per-hour 379 --hold 360'))).toMatchObject({ trunks: 50 })
  })

  it('has the worked examples of the ledger (CAP-04, CAP-05, CAP-13, CAP-16, CAP-18, CAP-19)', async () => {
    expect(await ask('servers --calls 250 --platform virtual')).toBe('servers          6')
    expect(await ask('servers --calls 140 --platform physical --high-availability no')).toBe('servers          2')
    expect(await ask('calls --calls-per-second 6')).toContain('at once         1800.0\nin a busy hour  21600')
    expect(await ask('media --calls 1662')).toContain('8 small, 5 medium or 3 large')
    expect(await ask('media --calls 1662 --transcribed 1662')).toContain('12 small, 7 medium or 4 large')
    expect(await ask('media --calls 1 --transcribed 1')).toContain('points         1.5')
    expect(await ask('storage --recordings 1')).toBe('disk  360000 bytes (0.00 GB)')
    expect(await ask('bandwidth --calls 100')).toBe('bandwidth  8.720 Mbit/s each way')
  })

  it('plays mixes of skills, where no formula holds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-size-'))
    const file = join(folder, 'question.json')
    const queue = {
      name: 'sales',
      callsPerHour: 30,
      talkSeconds: 120,
      patienceSeconds: 120,
      skills: { sales: 1 },
      percent: 85,
    }
    writeFileSync(
      file,
      JSON.stringify({ queues: [queue], groups: [{ name: 'sellers', skills: { sales: 50 }, most: 5 }] }),
    )
    // Erlang A: one erlang with a patience of two minutes needs three agents for 85 % in 20 s.
    expect(await ask(`skills --file ${file}`)).toMatch(
      /group sellers +3\nqueue sales +9\d\.\d % in time\n\d+ mixes played/,
    )
    writeFileSync(file, JSON.stringify({ queues: [{ ...queue, talkSeconds: 0 }], groups: [] }))
    await expect(ask(`skills --file ${file}`)).rejects.toThrow(/queues\.0\.talkSeconds/)
    await expect(ask(`skills --file ${folder}/none.json`)).rejects.toThrow(/cannot be read: ENOENT/)
    await expect(ask('skills')).rejects.toThrow('--file is needed')
    rmSync(folder, { recursive: true })
  })

  it('says in one sentence what is wrong', async () => {
    await expect(ask('agents --handle 180')).rejects.toThrow('--calls-per-hour is needed: calls that come in an hour')
    await expect(ask('agents --calls-per-hour many --handle 1')).rejects.toThrow(
      '--calls-per-hour is "many"; it must be a number',
    )
    await expect(ask('agents --calls-per-hour 1 --handle 1 --service-level 80')).rejects.toThrow(/PERCENT\/SECONDS/)
    await expect(ask('agents --calls-per-hour 1 --handle 1 --abandon 5')).rejects.toThrow('--patience is needed')
    await expect(ask('agents --calls-per-hour 1 --handle -1')).rejects.toThrow(/tandem size agents --help/)
    await expect(ask('agents --nothing')).rejects.toThrow(/Unknown option '--nothing'/)
    await expect(ask('bandwidth --calls 1 --codec opus')).rejects.toThrow('it must be one of g711, g729')
    await expect(ask('parking')).rejects.toThrow(
      'there is nothing called parking to size; there are agents, skills, trunks',
    )
    expect(await size.run([])).toBe(2)
  })

  it('names every option in its help', () => {
    for (const option of ['--calls-per-hour', '--patience', '--blocking', '--transcribed', '--kbit', '--codec']) {
      expect(size.help).toContain(option)
    }
  })
})
