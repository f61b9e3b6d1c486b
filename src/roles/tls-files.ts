import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { type Clock, defineErrors, type Logger } from '#base'

/** What may be wrong with the files of SIP over TLS; each sentence says what to do. */
export const TLS_ERRORS = defineErrors({
  'tls.file': { sentence: '{option} {file}: {problem}', status: 422 },
  'tls.key': {
    sentence: '--tls-key {file} is not the key of the certificate in {certificate}; give the one that it was made with',
    status: 422,
  },
  'tls.expired': {
    sentence: 'the certificate in {file} expired on {until}; renew it, or leave --tls-certificate out to serve no TLS',
    status: 422,
  },
  'tls.not-yet': {
    sentence: 'the certificate in {file} is valid from {from} on; compare the clock of this machine',
    status: 422,
  },
})

/** Where the certificate of this machine, its key, and the CAs that are believed lie: PEM files. */
export interface TlsFiles {
  readonly certificate: string
  readonly key: string
  readonly ca?: string | undefined
}

/** What is in them. */
export interface TlsContents {
  readonly certificate: string
  readonly key: string
  readonly ca?: string
  readonly until: Date
}

/** How often the files are looked at: whoever renews a certificate sees it served within some seconds. */
const LOOK_MS = 5_000

/** Before this much time is left of a certificate, its end is told of every day. */
const SOON_MS = 14 * 24 * 3600_000
const TOLD_MS = 24 * 3600_000

/** Reads the files; fails with one sentence. Whether the certificate's time has come or passed is for {@link whyNotNow}. */
export function readTlsFiles({ certificate, key, ca }: TlsFiles): TlsContents {
  const texts = {
    certificate: readPem('--tls-certificate', certificate),
    key: readPem('--tls-key', key),
    ...(ca !== undefined && { ca: readPem('--tls-ca', ca) }),
  }
  const parsed = parse('--tls-certificate', certificate, () => new X509Certificate(texts.certificate))
  const secret = parse('--tls-key', key, () => createPrivateKey(texts.key))
  if (!parsed.checkPrivateKey(secret)) throw TLS_ERRORS['tls.key']({ file: key, certificate })
  if (texts.ca !== undefined) parse('--tls-ca', ca ?? '', () => new X509Certificate(texts.ca ?? ''))
  return { ...texts, until: new Date(parsed.validTo) }
}

/** Fails when the certificate's time has passed or not come: a start says so to whoever can renew it. */
export function checkTlsTime({ certificate: file }: TlsFiles, { certificate }: TlsContents, now: number): void {
  const { validFrom, validTo } = new X509Certificate(certificate)
  if (Date.parse(validTo) < now) throw TLS_ERRORS['tls.expired']({ file, until: day(validTo) })
  if (Date.parse(validFrom) > now) throw TLS_ERRORS['tls.not-yet']({ file, from: new Date(validFrom).toISOString() })
}

/** What looks after the files. */
export interface TlsWatchOptions {
  readonly files: TlsFiles
  readonly clock: Clock
  readonly logger: Logger
  /** Other contents are there, and they are good. */
  changed(contents: TlsContents): void
}

/**
 * Looks at the files again and again: contents that are good are given on, others are told of once and what was served is served on. An edge
 * that started without good files serves TLS as soon as they are.
 */
export function watchTlsFiles(
  { files, clock, logger, changed }: TlsWatchOptions,
  served?: TlsContents,
): { close(): void } {
  let current = served
  let stamp = served ? stampOf(files) : ''
  let said = ''
  let toldAt = Number.NEGATIVE_INFINITY
  const look = (): void => {
    const now = stampOf(files)
    if (now !== stamp) {
      stamp = now
      try {
        const contents = readTlsFiles(files)
        if (
          contents.certificate !== current?.certificate ||
          contents.key !== current.key ||
          contents.ca !== current.ca
        ) {
          changed(contents)
          logger.info({ until: contents.until.toISOString() }, 'the certificate of SIP over TLS is served from now on')
        }
        current = contents
        said = ''
        toldAt = Number.NEGATIVE_INFINITY
      } catch (cause) {
        const problem = cause instanceof Error ? cause.message : String(cause)
        if (problem !== said)
          logger.error({ problem }, 'the files of SIP over TLS cannot be used; what was served is served on')
        said = problem
      }
    }
    const leftMs = current ? current.until.getTime() - clock.now() : Number.POSITIVE_INFINITY
    if (leftMs < SOON_MS && clock.monotonic() - toldAt >= TOLD_MS) {
      toldAt = clock.monotonic()
      const fields = { file: files.certificate, until: current?.until.toISOString() }
      if (leftMs < 0)
        logger.error(fields, 'the certificate of SIP over TLS has expired: phones and trunks refuse it; renew it')
      else logger.warn(fields, 'the certificate of SIP over TLS expires soon; renew it')
    }
  }
  let timer = clock.after(0, function again() {
    look()
    timer = clock.after(LOOK_MS, again)
  })
  return { close: () => timer.stop() }
}

function readPem(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const problems: Record<string, string> = {
      ENOENT: 'there is no such file',
      EACCES: 'it may not be read by this user',
      EISDIR: 'it is a folder',
    }
    throw TLS_ERRORS['tls.file']({ option, file, problem: problems[code ?? ''] ?? message }, cause)
  }
}

function parse<T>(option: string, file: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    const problem = 'it holds no PEM of the right kind (openssl x509 -in FILE -noout -text shows a certificate)'
    throw TLS_ERRORS['tls.file']({ option, file, problem }, cause)
  }
}

function stampOf({ certificate, key, ca }: TlsFiles): string {
  return [certificate, key, ca ?? '']
    .map((file) => {
      const found = file === '' ? undefined : statSync(file, { throwIfNoEntry: false })
      return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : ''
    })
    .join('|')
}

function day(text: string): string {
  return new Date(text).toISOString().slice(0, 10)
}
