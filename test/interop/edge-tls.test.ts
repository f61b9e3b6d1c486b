/** SIP over TLS through the edge: phones that come, servers that are called, certificates that change or are refused. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLogger } from '#base'
import { type CertificateFiles, makeAuthority, makeCertificate } from '../kit/certificates.ts'
import { kept } from '../kit/kept.ts'
import { endOf, whyWithout } from '../kit/outside.ts'
import {
  answer,
  header,
  headers,
  Inbox,
  RawPhone,
  register,
  request,
  startCore,
  startEdge,
  viaOf,
  viaOfCore,
} from './edge-kit.ts'

const without = whyWithout('openssl')
describe.skipIf(without)(`an edge that serves TLS${without ? ` (${without})` : ''}`, () => {
  let folder: string
  let ca: CertificateFiles
  let own: CertificateFiles

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-sips-'))
    ca = makeAuthority(folder)
    own = makeCertificate(ca, folder, { name: 'edge', names: ['IP:127.0.0.1', 'DNS:localhost'] })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const text = (file: string) => readFileSync(file, 'utf8')
  const credentials = (files: CertificateFiles) => ({
    certificate: text(files.certificate),
    key: text(files.key),
    ca: text(ca.certificate),
  })

  async function side() {
    const lines: string[] = []
    const logger = createLogger('edge', 'info', (line) => void lines.push(line))
    const edge = kept(await startEdge({ tlsPort: 0, tls: credentials(own), logger }))
    const core = kept(await startCore(edge, { users: { '2001': 'secret' } }))
    return { edge, core, lines, port: edge.status().sip.tlsPort ?? 0 }
  }

  const phone = async (port: number) => kept(await RawPhone.tls(port, text(ca.certificate)))

  it('registers a phone, calls it over its connection, and names its port of TLS in Via and Record-Route', async () => {
    const { edge, core, port } = await side()
    const one = await phone(port)
    const contact = `Contact: <sip:2001@${one.place};transport=tls>`
    const registered = await register(one, edge.sipPort, { user: '2001', password: 'secret', more: [contact] })
    expect(registered).toMatch(/^SIP\/2.0 200/)
    core.send(request({ method: 'INVITE', uri: `sip:2001@127.0.0.1:${edge.sipPort}`, via: viaOfCore() }))
    const invite = await one.take('INVITE')
    expect(headers(invite, 'Via')[0]).toContain(`SIP/2.0/TLS 127.0.0.1:${port};`)
    expect(header(invite, 'Record-Route')).toMatch(new RegExp(`^<sip:.*@127.0.0.1:${port};transport=tls;lr>$`))
    one.send(answer(invite, '200 OK', contact))
    expect((await core.take('SIP/2.0 200')).source.transport).toBe('tls')
  })

  it('keeps a dialog of a SIPS URI on SIPS, both ways (RFC 3261 16.6)', async () => {
    const { core, port } = await side()
    const one = await phone(port)
    const contact = `Contact: <sips:7001@${one.place}>`
    one.send(request({ method: 'INVITE', uri: `sips:1009@127.0.0.1:${port}`, via: viaOf(one), more: [contact] }))
    const invite = await core.take('INVITE')
    expect(header(invite.message, 'Record-Route')).toMatch(new RegExp(`^<sips:.*@127.0.0.1:${port};lr>$`))
    core.send(answer(invite.message, '200 OK', `Contact: <sips:leg@127.0.0.1:${port}>`))
    const ok = await one.take('SIP/2.0 200')
    const back = headers(ok, 'Record-Route').map((value) => `Route: ${value}`)
    const to = header(ok, 'To') ?? ''
    one.send(request({ method: 'INFO', uri: `sips:leg@127.0.0.1:${port}`, via: viaOf(one), to, cseq: 2, more: back }))
    await core.take('INFO')
    const routes = headers(invite.message, 'Record-Route').map((value) => `Route: ${value}`)
    core.send(request({ method: 'BYE', uri: `sips:7001@${one.place}`, via: viaOfCore(), cseq: 7, more: routes }))
    await one.take('BYE')
  })

  /** Another's server over TLS, such as a trunk's. */
  async function trunk(files: CertificateFiles) {
    const inbox = new Inbox<string>()
    const server = createServer({ cert: text(files.certificate), key: text(files.key) }, (socket) => {
      socket.on('error', () => {})
      socket.on('data', (bytes) => {
        const message = bytes.toString('latin1')
        inbox.push(message)
        socket.write(answer(message, '200 OK', 'Contact: <sip:trunk@localhost;transport=tls>'))
      })
    })
    server.on('tlsClientError', () => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    kept({ close: () => server.close() })
    return { inbox, port: (server.address() as AddressInfo).port }
  }

  it('calls a server by name whose certificate is for that name, by transport=tls and by sips', async () => {
    const { core } = await side()
    const { inbox, port } = await trunk(makeCertificate(ca, folder, { name: 'trunk', names: ['DNS:localhost'] }))
    core.send(
      request({ method: 'INVITE', uri: `sip:4989@localhost:${port};transport=tls`, via: viaOfCore(), callId: 'a' }),
    )
    expect(await inbox.take('INVITE')).toMatch(/^INVITE sip:4989@localhost/)
    await core.take('SIP/2.0 200')
    core.send(request({ method: 'INVITE', uri: `sips:4990@localhost:${port}`, via: viaOfCore(), callId: 'b' }))
    expect(await inbox.take('INVITE')).toMatch(/^INVITE sips:4990@localhost/)
  })

  it('refuses a server of another name or another CA, and says in the log what to do', async () => {
    const { core, lines } = await side()
    const strangers = makeAuthority(folder, 'strangers')
    const cases = [
      [await trunk(makeCertificate(ca, folder, { name: 'other', names: ['DNS:other.example'] })), /for other names/],
      [await trunk(makeCertificate(strangers, folder, { name: 'strange', names: ['DNS:localhost'] })), /CA/],
    ] as const
    for (const [{ inbox, port }, words] of cases) {
      const uri = `sip:4989@localhost:${port};transport=tls`
      core.send(request({ method: 'INVITE', uri, via: viaOfCore(), callId: `refused-${port}` }))
      const { message } = await core.take('SIP/2.0 503')
      expect(header(message, 'Call-ID')).toBe(`refused-${port}`)
      expect(inbox.all).toEqual([])
      expect(lines.find((line) => line.includes('refused to a server') && line.includes(`${port}`))).toMatch(words)
    }
  })

  it('serves another certificate when it is told to, without ending what stands', async () => {
    const { edge, core, port } = await side()
    const before = await phone(port)
    const renewed = makeCertificate(ca, folder, { name: 'renewed', names: ['IP:127.0.0.1'] })
    await edge.setTls(credentials(renewed))
    const after = await phone(port)
    expect(after.serial).not.toBe(before.serial)
    for (const [index, one] of [before, after].entries()) {
      one.send(request({ method: 'MESSAGE', uri: `sip:1@127.0.0.1:${port}`, via: viaOf(one), callId: `m-${index}` }))
      const { message } = await core.take('MESSAGE')
      core.send(answer(message, '200 OK'))
      await one.take('SIP/2.0 200')
    }
  })

  it('is verified by openssl, and speaks nothing older than TLS 1.2', async () => {
    const { port } = await side()
    const look = (...words: string[]) => {
      const at = ['s_client', '-connect', `127.0.0.1:${port}`, '-CAfile', ca.certificate, '-verify_return_error']
      return endOf(spawn('openssl', [...at, ...words], { stdio: ['ignore', 'pipe', 'pipe'] }), 60_000)
    }
    expect((await look()).output).toContain('Verify return code: 0 (ok)')
    expect((await look('-tls1_2')).output).toContain('Verify return code: 0 (ok)')
    expect((await look('-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0')).code).not.toBe(0)
  })
})
