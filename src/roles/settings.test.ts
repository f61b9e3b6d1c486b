import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isLoopback, optionOf, readSettings, variableOf } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(content: string): string {
  const path = join(folder, 'given.json')
  writeFileSync(path, content)
  return path
}

/** The sentence of the refusal. */
function refusal(args: readonly string[], environment: Record<string, string> = {}): string {
  try {
    readSettings(args, environment, folder)
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
  return 'accepted'
}

describe('the settings of a start', () => {
  it('take an option before a variable, a variable before the file, the file before the default (DR-12)', () => {
    const config = file('{ "httpPort": 1001, "sipPort": 1002, "node": "of-file" }')
    const settings = readSettings(
      ['--http-port', '3001', '--config', config],
      { TANDEM_HTTP_PORT: '2001', TANDEM_SIP_PORT: '2002', HOME: '/x' },
      folder,
    )
    expect(settings).toMatchObject({ httpPort: 3001, sipPort: 2002, node: 'of-file', sipsPort: 5061, demo: false })
  })

  it('are named alike as option, variable and key', () => {
    expect([optionOf('sipWsPort'), variableOf('sipWsPort')]).toEqual(['--sip-ws-port', 'TANDEM_SIP_WS_PORT'])
  })

  it('make the data folder absolute from where the command was given', () => {
    expect(readSettings(['--data', 'my data'], {}, '/srv').data).toBe('/srv/my data')
    expect(readSettings(['--data=/elsewhere'], {}, '/srv').data).toBe('/elsewhere')
  })

  it.each([
    [['--colour', 'red'], 'unknown setting colour (--colour); known settings: --http-port'],
    [['now'], 'unknown setting now (option)'],
    [['--http-port', 'many'], 'httpPort (--http-port): must be a port number, 1-65535'],
    [['--http-port', '70000'], 'httpPort (--http-port): must be a port number, 1-65535'],
    [['--http-port'], '--http-port needs a value'],
    [['--data', '--demo'], '--data needs a value'],
    [['--demo=maybe'], 'demo (--demo): must be true or false'],
    [['--log-level', 'loud'], 'logLevel (--log-level): must be one of debug, info, warn, error'],
    [['--rtp-ports', '10-20'], 'must lie in 1024-65535'],
    [['--rtp-ports', 'all'], 'must look like 10000-19999'],
    [['--http-port', '5060'], 'port 5060 cannot serve both --http-port and --sip-port'],
    [['--sip-port', '12000'], 'port 12000 cannot serve both --sip-port and --rtp-ports'],
    [['--postgres-url', 'mysql://x'], 'must begin with postgres://'],
    [
      ['--config', 'nowhere.json'],
      `the configuration file ${join(folder, 'nowhere.json')} cannot be read: there is no`,
    ],
    [['--config', '.'], 'cannot be read: it is a folder'],
  ])('refuse %j in one sentence', (args, sentence) => {
    const said = refusal(args)
    expect(said).toContain(sentence)
    expect(said).not.toContain('\n')
  })

  it('refuse an unknown variable, and an unknown key or broken text in the file', () => {
    expect(refusal([], { TANDEM_COLOUR: '1' })).toContain('unknown setting TANDEM_COLOUR (environment)')
    expect(refusal(['--config', file('{ "colour": 1 }')])).toContain('unknown setting colour')
    expect(refusal(['--config', file('{')])).toContain('cannot be read')
    expect(refusal(['--config', file('[]')])).toContain('it must hold one JSON object')
    expect(refusal([], { TANDEM_ADMIN_PASSWORD: 'not a setting of the start' })).toBe('accepted')
  })

  it('know which addresses only this machine reaches', () => {
    expect(['127.0.0.1', '127.8.9.1', '::1', 'localhost'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1'].some(isLoopback)).toBe(false)
  })
})
