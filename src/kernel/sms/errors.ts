import { defineErrors } from '#base'

/** Why a command about text messages is refused. */
export const SMS_ERRORS = defineErrors({
  'sms.taken': { sentence: 'this text of {number} was taken before', status: 409 },
  'sms.begun': { sentence: 'a conversation with {number} has begun meanwhile: look again', status: 409 },
  'sms.open': {
    sentence: 'a conversation with {number} goes on already: interaction {interaction}, with {whom}',
    status: 409,
  },
  'sms.waiting': { sentence: '{texts} texts wait to leave: try again when some have left', status: 503 },
  'sms.too-long': { sentence: 'the text needs {parts} messages, and {most} are the limit: write less', status: 422 },
  'sms.no-files': { sentence: 'no file goes with a text message', status: 422 },
  'sms.no-account': { sentence: 'no account for text messages belongs to interaction {interaction}', status: 409 },
  'sms.no-webhook': { sentence: 'there is no account {account} for text messages by webhook', status: 404 },
  'sms.not-again': { sentence: 'the text {text} is not one that may be sent again', status: 409 },
})
