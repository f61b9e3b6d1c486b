import { defineErrors } from '#base'

/** Why a command about mails is refused. */
export const MAIL_ERRORS = defineErrors({
  'mail.taken': { sentence: 'the mail {messageId} was taken before', status: 409 },
  'mail.out-of-place': { sentence: 'account {account} is not read at this place', status: 409 },
  'mail.waiting': { sentence: '{mails} mails wait for the mail server: try again when some have left', status: 503 },
  'mail.drafts-full': { sentence: '{drafts} mails are being written, which is the limit', status: 503 },
  'mail.no-account': { sentence: 'no mail account belongs to interaction {interaction}', status: 409 },
  'mail.no-fax-account': { sentence: 'no account of a fax gateway belongs to interaction {interaction}', status: 409 },
  'mail.fax-document': { sentence: 'a fax is a document: send a PDF or a TIFF with it', status: 422 },
})
