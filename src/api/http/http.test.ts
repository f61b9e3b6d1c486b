import { describe, expect, it } from 'vitest'
import { silentLogger } from '#base'
import { readRange } from './byte-range.ts'
import { API_ERRORS } from './errors.ts'
import { HELMET, pagePolicy, serverSources, socketSource } from './headers.ts'
import { problemOf } from './problems.ts'
import { expandG711, pcmHeader, readWaveFormat } from './wave-file.ts'

describe('ranges', () => {
  it('are read as RFC 9110 14.1.2 says; what cannot be read means the whole', () => {
    expect(readRange('bytes=0-9', 100)).toEqual({ start: 0, end: 9 })
    expect(readRange('bytes=90-', 100)).toEqual({ start: 90, end: 99 })
    expect(readRange('bytes=-10', 100)).toEqual({ start: 90, end: 99 })
    expect(readRange('bytes=50-5000', 100)).toEqual({ start: 50, end: 99 })
    for (const whole of [undefined, '', 'bytes=-', 'bytes=0-1,5-9', 'lines=1-2'])
      expect(readRange(whole, 100)).toBeUndefined()
    for (const none of ['bytes=100-', 'bytes=9-3']) expect(() => readRange(none, 100)).toThrow(/no such range/)
  })
})

describe('sound', () => {
  it('of a file that is no WAV, is cut short or of another codec is left as it is', () => {
    const header = pcmHeader({ codec: 'pcm', channels: 2, sampleRate: 8000, dataOffset: 0, dataBytes: 0 }, 400)
    expect(readWaveFormat(header, 444)).toEqual({
      codec: 'pcm',
      channels: 2,
      sampleRate: 8000,
      dataOffset: 44,
      dataBytes: 400,
    })
    for (let length = 0; length < 44; length++) expect(readWaveFormat(header.subarray(0, length), 444)).toBeUndefined()
    const strange = Buffer.from(header)
    strange.writeUInt16LE(0x55, 20)
    expect(readWaveFormat(strange, 444)).toBeUndefined()
    // The writer died before it knew how long it would be: what is there counts.
    const unfinished = Buffer.from(header)
    unfinished.writeUInt32LE(0, 40)
    expect(readWaveFormat(unfinished, 144)?.dataBytes).toBe(100)
  })

  it('is expanded as G.711 tables 1a and 2a say', () => {
    const at = (codec: 'pcma' | 'pcmu', byte: number): number => expandG711(Uint8Array.of(byte), codec).readInt16LE(0)
    expect([0x00, 0x7f, 0x80, 0xff].map((byte) => at('pcmu', byte))).toEqual([-32124, 0, 32124, 0])
    expect([0xd5, 0x55, 0xaa, 0x2a].map((byte) => at('pcma', byte))).toEqual([8, -8, 32256, -32256])
  })
})

describe('problems', () => {
  it('tell what only a bug does without its words', () => {
    const made = problemOf(new TypeError('the password is 1234'), 'urn:x', silentLogger)
    expect(made).toMatchObject({ status: 500, type: 'urn:tandem:problem:api.fault' })
    expect(JSON.stringify(made)).not.toContain('1234')
  })

  it('name the field that is wrong, and nothing that is not meant to be shown', () => {
    const error = API_ERRORS['api.invalid']({ path: '/to', problem: 'leads nowhere', secret: 'x' })
    const made = problemOf(error, 'urn:x', silentLogger)
    expect(made).toMatchObject({ status: 422, errors: [{ path: '/to', message: 'leads nowhere' }] })
    expect(made).not.toHaveProperty('secret')
  })
})

describe('the policy of the page', () => {
  it.each([
    ['phones.example', 'http', 'ws://phones.example:8088'],
    ['10.1.2.3', 'https', 'wss://10.1.2.3:8088'],
    ['[::1]', 'http', 'ws://[::1]:8088'],
    ["x; script-src 'unsafe-inline'", 'http', ''],
    ['', 'http', ''],
  ])('names the socket of the host %j, and of nothing that is no host', (hostname, protocol, source) => {
    const request = { hostname, protocol } as Parameters<typeof socketSource>[0]
    const softphone = { port: 8088, visitors: true, secrets: { issue: () => ({ user: '', secret: '', expiresAt: 0 }) } }
    expect(socketSource(request, { softphone })).toBe(source)
    expect(socketSource(request, {})).toBe('')
    const url = 'wss://balancer.example/ws'
    expect(socketSource(request, { softphone: { ...softphone, url } })).toBe('wss://balancer.example')
  })

  it('allows this server only, and styles with the nonce', () => {
    const policy = pagePolicy('abc', ['ws://localhost:8088'])
    expect(policy).toContain("style-src 'self' 'nonce-abc'")
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("connect-src 'self' ws://localhost:8088;")
    expect(policy).not.toContain('unsafe')
    expect(JSON.stringify(HELMET)).not.toContain('unsafe')
  })

  it('lets the page go on with the machines that are named, their edges included', () => {
    expect(serverSources(['http://10.0.0.2:8080', 'https://node2.example'])).toEqual([
      ...['http://10.0.0.2:8080', 'ws://10.0.0.2:8080', 'ws://10.0.0.2:*'],
      ...['https://node2.example', 'wss://node2.example', 'wss://node2.example:*'],
    ])
  })
})
