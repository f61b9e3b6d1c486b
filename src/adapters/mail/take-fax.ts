import type { MailAccount } from '#kernel/config'
import { faxSender, isFromGateway } from '#kernel/mail'
import type { ReadFile, ReadMail } from './read-mail.ts'

/** A fax that a gateway has sent as a mail. */
export interface TakenFax {
  /** Empty when the gateway does not say. */
  readonly number: string
  readonly documents: readonly ReadFile[]
}

/** What a fax is written in, by how it begins, whatever the mail says: PDF, and TIFF of both byte orders. */
const DOCUMENTS: readonly { readonly type: string; readonly begins: string }[] = [
  { type: 'application/pdf', begins: '%PDF-' },
  { type: 'image/tiff', begins: 'II*\0' },
  { type: 'image/tiff', begins: 'MM\0*' },
]

/** The fax that a mail to an account of a gateway is; undefined when it is a mail: from somebody else, or without a document. */
export function faxOf({ fax }: MailAccount, mail: ReadMail): TakenFax | undefined {
  if (!fax || !isFromGateway(fax, mail.from)) return undefined
  const documents = mail.files.flatMap((file) => {
    const { name, content } = file
    const found = DOCUMENTS.find(({ begins }) => content.subarray(0, begins.length).toString('latin1') === begins)
    return found ? [{ name, type: found.type, content }] : []
  })
  return documents.length === 0 ? undefined : { number: faxSender(fax, mail), documents }
}
