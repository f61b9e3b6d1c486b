import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate and its key, as files. */
export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** Makes a CA in the folder, by openssl. */
export function makeAuthority(folder: string, name = 'ca'): CertificateFiles {
  const files = filesOf(folder, name)
  openssl('req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=${name}`, '-keyout', files.key, '-out', files.certificate)
  return files
}

/** Makes a certificate that the CA has signed, for these names (`DNS:localhost`, `IP:127.0.0.1`); with fewer than no days it has expired. */
export function makeCertificate(
  authority: CertificateFiles,
  folder: string,
  { name, names, days = 2 }: { readonly name: string; readonly names: readonly string[]; readonly days?: number },
): CertificateFiles {
  const files = filesOf(folder, name)
  const request = join(folder, `${name}.csr`)
  const extension = `subjectAltName=${names.join(',')}`
  openssl('req', ...KEY, '-subj', `/CN=${name}`, '-addext', extension, '-keyout', files.key, '-out', request)
  const signed = ['-CA', authority.certificate, '-CAkey', authority.key, '-copy_extensions', 'copy']
  openssl('x509', '-req', '-in', request, ...signed, '-days', String(days), '-out', files.certificate)
  chmodSync(files.key, 0o600)
  return files
}

function filesOf(folder: string, name: string): CertificateFiles {
  return { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
}

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] })
}
