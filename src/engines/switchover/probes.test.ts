import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { systemEcho, tcpEchoOn } from './echo.ts'
import { readParameters } from './parameters.ts'
import { Probes } from './probes.ts'

/** Probes of a network in which those hosts answer, and what is told of it. */
function probes(answering: readonly string[], gateways: readonly string[] = []) {
  const hosts = new Set(answering)
  const warned: string[] = []
  const asked: string[] = []
  const logger = { ...silentLogger, warn: (fields: object) => void warned.push(JSON.stringify(fields)) }
  const echo = async (host: string) => {
    asked.push(host)
    return hosts.has(host)
  }
  return {
    hosts,
    warned,
    asked,
    probes: new Probes({ echo, gateways: () => gateways, clock: new VirtualClock(), logger }),
  }
}

function parameters(set: Readonly<Record<string, string>> = {}) {
  return readParameters((name) => set[name.replace('Switchover ', '')])
}

const GATEWAY = parameters({ 'Disable Gateway Ping': 'No', 'NetTest Addresses': 'n1, n2' })
const NETTEST = parameters({ 'NetTest Addresses': 'n1, n2' })

describe('network status of the backup', () => {
  it('the first step that is configured decides, and no other (SW-50, SW-80, SW-81, SW-82, SW-83, SW-84, SW-85)', async () => {
    const net = probes(['g', 'n1', 'n2', 'p'], ['g'])
    await net.probes.calibrate(GATEWAY, 'p')
    expect((await net.probes.judge(GATEWAY, 'p')).status).toBe('Gateway Reached')
    net.hosts.delete('g')
    expect((await net.probes.judge(GATEWAY, 'p')).status).toBe('Gateway Unreachable')
    expect((await net.probes.judge(NETTEST, 'p')).status).toBe('NetTest Reached')
    net.hosts.delete('n1')
    expect((await net.probes.judge(NETTEST, 'p')).status).toBe('NetTest Reached')
    net.hosts.delete('n2')
    expect((await net.probes.judge(NETTEST, 'p')).status).toBe('NetTest Unreachable')
    expect((await net.probes.judge(parameters(), 'p')).status).toBe('Primary Reached')
    net.hosts.delete('p')
    expect((await net.probes.judge(parameters(), 'p')).status).toBe('Primary Unreachable')
  })

  it('gateways are not asked unless that is enabled (SW-49)', async () => {
    const net = probes(['g', 'p'], ['g'])
    for (const value of ['Yes', '1', 'yes']) {
      await net.probes.calibrate(parameters({ 'Disable Gateway Ping': value }), 'p')
    }
    expect(net.asked).not.toContain('g')
    for (const value of ['No', '0']) await net.probes.calibrate(parameters({ 'Disable Gateway Ping': value }), 'p')
    expect(net.asked.filter((host) => host === 'g')).toHaveLength(2)
  })

  it('a probe that has never answered carries no weight, and the administrator is told (SW-75)', async () => {
    const net = probes(['n1', 'p'], ['g'])
    for (let i = 0; i < 6; i++) await net.probes.calibrate(GATEWAY, 'p')
    expect((await net.probes.judge(GATEWAY, 'p')).status).toBe('NetTest Reached')
    expect(net.warned.filter((line) => line.includes('"g"'))).toHaveLength(1)
    expect(net.probes.calibrations().find(({ address }) => address === 'g')).toMatchObject({ weight: false })
    net.hosts.delete('n1')
    expect((await net.probes.judge(GATEWAY, 'p')).status).toBe('NetTest Unreachable')
  })

  it('the host of the primary is looked for again at every judgement, where it was not found at the start (SW-68)', async () => {
    const net = probes([])
    await net.probes.calibrate(parameters(), undefined)
    expect(await net.probes.judge(parameters(), undefined)).toEqual({ status: 'Not Known', host: 'not tested' })
    // Known by name, but nobody knows the name yet.
    expect(await net.probes.judge(parameters(), 'p')).toEqual({ status: 'Not Known', host: 'not tested' })
    net.hosts.add('p')
    expect(await net.probes.judge(parameters(), 'p')).toEqual({ status: 'Primary Reached', host: 'reached' })
    expect(net.asked).toEqual(['p', 'p'])
  })

  it('where nothing has ever answered, nothing is known', async () => {
    const net = probes([], ['g'])
    await net.probes.calibrate(GATEWAY, 'p')
    expect(await net.probes.judge(GATEWAY, 'p')).toEqual({ status: 'Not Known', host: 'not tested' })
    expect(await net.probes.judge(GATEWAY, undefined)).toEqual({ status: 'Not Known', host: 'not tested' })
  })

  it('the host of the primary is asked beside, only when both parameters say how (SW-34, SW-47, SW-48, SW-86)', async () => {
    const net = probes(['n1', 'p'])
    const host = (set: Record<string, string>) => parameters({ 'NetTest Addresses': 'n1', ...set })
    await net.probes.calibrate(NETTEST, 'p')
    const both = { 'Unreachable Primary Ping Delay': '0', 'Unreachable Primary Ping Count': '1' }
    expect((await net.probes.judge(host({}), 'p')).host).toBe('not tested')
    expect((await net.probes.judge(host({ 'Unreachable Primary Ping Count': '1' }), 'p')).host).toBe('not tested')
    expect((await net.probes.judge(host(both), 'p')).host).toBe('reached')
    net.hosts.delete('p')
    expect(await net.probes.judge(host(both), 'p')).toEqual({ status: 'NetTest Reached', host: 'not reached' })
  })
})

describe('an echo', () => {
  it('reaches this machine, by the system’s own means (SW-73)', async () => {
    expect(await systemEcho('127.0.0.1')).toBe(true)
  })

  it('of TCP takes a refusal for an answer, and a port that is open too', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    expect(await tcpEchoOn('127.0.0.1', port)).toBe(true)
    await new Promise((resolve) => server.close(resolve))
    expect(await tcpEchoOn('127.0.0.1', port)).toBe(true)
  })

  it('of a name that nobody has is no answer, and no failure', async () => {
    expect(await systemEcho('no-such-host.invalid')).toBe(false)
  })
})
