import { createSocket, type Socket } from 'node:dgram'
import { createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkPort, checkRtpPorts, freePort, type WantedPort, wantedPorts } from './ports.ts'

const HOST = '127.0.0.1'

async function takeUdp(port: number): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, HOST, resolve))
  onTestFinished(() => void socket.close())
  return socket
}

async function takeTcp(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  onTestFinished(() => void server.close())
  return (server.address() as { port: number }).port
}

function sip(protocol: 'udp' | 'tcp', port: number): WantedPort {
  const found = wantedPorts({ listen: HOST, httpPort: 1, sipPort: port, sipWsPort: 2, sipsPort: 3 }).find(
    (wanted) => wanted.owner === 'edge' && wanted.protocol === protocol,
  )
  return found!
}

describe('the ports of a start', () => {
  it('are refused when another program holds them, for UDP and TCP apart', async () => {
    const tcp = await takeTcp()
    await expect(checkPort(sip('tcp', tcp))).rejects.toThrow(
      `port ${tcp} (SIP over TCP) on ${HOST} is taken by another program; stop it, or choose another with --sip-port`,
    )
    await checkPort(sip('udp', tcp))
    const udp = (await takeUdp(0)).address().port
    await expect(checkPort(sip('udp', udp))).rejects.toMatchObject({ code: 'port.taken', fields: { port: udp } })
  })

  it('are refused on an address that is not of this machine', async () => {
    const port = { ...sip('tcp', await freePort(HOST)), host: '192.0.2.1' }
    await expect(checkPort(port)).rejects.toThrow('192.0.2.1 is not an address of this machine')
    await expect(checkPort({ ...port, host: 'no-such-host.invalid' })).rejects.toMatchObject({ code: 'port.address' })
  })
})

describe('the range of ports for RTP', () => {
  it('serves while one pair is free, and is refused when none is', async () => {
    // Below the ports that the machine gives to sockets, and above those of other tests' systems.
    const first = 32_000 + 4 * Math.floor(Math.random() * 190)
    const range = { first, last: first + 3 }
    await takeUdp(first)
    await checkRtpPorts(HOST, range)
    await takeUdp(first + 3)
    await expect(checkRtpPorts(HOST, range)).rejects.toThrow(
      `all ports for RTP on ${HOST} (${first}-${first + 3}) are taken by other programs; stop them, or choose others with --rtp-ports`,
    )
  })
})
