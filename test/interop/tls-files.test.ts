import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { checkTlsTime, readTlsFiles, type TlsContents, watchTlsFiles } from '#roles'
import { type CertificateFiles, makeAuthority, makeCertificate } from '../kit/certificates.ts'
import { whyWithout } from '../kit/outside.ts'

const without = whyWithout('openssl')

describe.skipIf(without)(`the files of SIP over TLS${without ? ` (${without})` : ''}`, () => {
  let folder: string
  let ca: CertificateFiles
  let own: CertificateFiles

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-tls-files-'))
    ca = makeAuthority(folder)
    own = makeCertificate(ca, folder, { name: 'own', names: ['IP:127.0.0.1'] })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('are read when certificate and key belong together', () => {
    const contents = readTlsFiles({ ...own, ca: ca.certificate })
    expect(contents.until.getTime()).toBeGreaterThan(Date.now())
    checkTlsTime(own, contents, Date.now())
  })

  it('are refused with one sentence that says what to do', () => {
    const missing = join(folder, 'nowhere.pem')
    const junk = join(folder, 'junk.pem')
    writeFileSync(junk, 'no certificate')
    expect(() => readTlsFiles({ ...own, certificate: missing })).toThrow(
      /--tls-certificate .*nowhere.pem: there is no such file/,
    )
    expect(() => readTlsFiles({ ...own, certificate: junk })).toThrow(/--tls-certificate .*junk.pem: it holds no PEM/)
    expect(() => readTlsFiles({ ...own, key: ca.key })).toThrow(/is not the key of the certificate/)
    expect(() => readTlsFiles({ ...own, ca: junk })).toThrow(/--tls-ca/)
    const old = makeCertificate(ca, folder, { name: 'old', names: ['IP:127.0.0.1'], days: -1 })
    expect(() => checkTlsTime(old, readTlsFiles(old), Date.now())).toThrow(/expired on \d{4}-\d\d-\d\d; renew it/)
    expect(() => checkTlsTime(own, readTlsFiles(own), 0)).toThrow(/valid from .* on; compare the clock/)
  })

  it('are served anew when they change and are good, and told of once when they are not', () => {
    const files = { certificate: join(folder, 'served.pem'), key: join(folder, 'served.key') }
    const put = (from: CertificateFiles) => {
      copyFileSync(from.certificate, files.certificate)
      copyFileSync(from.key, files.key)
    }
    put(own)
    const clock = new VirtualClock()
    const errors: unknown[] = []
    const logger = { ...silentLogger, error: (fields: unknown) => void errors.push(fields) }
    const served: TlsContents[] = []
    const watch = watchTlsFiles(
      { files, clock, logger, changed: (contents) => void served.push(contents) },
      readTlsFiles(files),
    )
    clock.advance(20_000)
    expect(served).toEqual([])
    writeFileSync(files.certificate, 'half a file')
    clock.advance(20_000)
    expect([served.length, errors.length]).toEqual([0, 1])
    put(makeCertificate(ca, folder, { name: 'renewed', names: ['IP:127.0.0.1'] }))
    clock.advance(20_000)
    expect(served).toHaveLength(1)
    watch.close()
  })
})
