import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import { isTandemError } from '#base'
import { TargetGate } from './target-gate.ts'

const gateTo = (addresses: readonly string[], allowed: readonly string[] = []) =>
  new TargetGate(allowed, async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))

const opens = async (gate: TargetGate, url: string) =>
  (
    await gate.open(new URL(url)).catch((cause: unknown) => {
      if (isTandemError(cause, 'webhook.address')) return []
      throw cause
    })
  ).map(({ address }) => address)

describe('where webhooks may go', () => {
  it.each([
    'https://127.0.0.1/',
    'https://0.0.0.0/',
    'https://2130706433/',
    'https://10.1.2.3/',
    'https://169.254.169.254/latest/meta-data',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::ffff:a00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[2002:a00:1::1]/',
    'https://[64:ff9b::a00:1]/',
    'http://8.8.8.8/',
  ])('is not %s', async (url) => {
    expect(await opens(new TargetGate([]), url)).toEqual([])
  })

  it('is the internet over TLS', async () => {
    expect(await opens(new TargetGate([]), 'https://8.8.8.8/')).toEqual(['8.8.8.8'])
    expect(await opens(gateTo(['8.8.8.8', '2606:4700::1']), 'https://crm.example/')).toEqual([
      '8.8.8.8',
      '2606:4700::1',
    ])
  })

  it('is judged by what a name leads to, and of several addresses only the good ones are kept', async () => {
    expect(await opens(gateTo(['10.0.0.1']), 'https://crm.example/')).toEqual([])
    expect(await opens(gateTo(['10.0.0.1', '8.8.8.8']), 'https://crm.example/')).toEqual(['8.8.8.8'])
  })

  it('is what the installation allows, with and without TLS', async () => {
    const gate = gateTo(['10.0.0.1'], ['10.0.0.0/24', '::1'])
    expect(await opens(gate, 'http://crm.example/')).toEqual(['10.0.0.1'])
    expect(await opens(gate, 'http://[::1]/')).toEqual(['::1'])
    expect(await opens(gate, 'https://10.0.1.1/')).toEqual([])
  })

  it('is no address of this machine, whatever network that is in', async () => {
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    for (const { address } of own.filter(({ family }) => family === 'IPv4')) {
      expect(await opens(new TargetGate([]), `https://${address}/`)).toEqual([])
    }
  })
})
