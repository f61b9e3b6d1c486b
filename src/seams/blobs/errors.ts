import { defineErrors } from '#base'

/** What can go wrong with blobs, whichever driver serves them. */
export const BLOB_ERRORS = defineErrors({
  'blobs.key': { sentence: '"{key}" is no key of a blob', status: 422 },
  'blobs.other-content': { sentence: 'what came as {key} has another content than that name says', status: 422 },
  'blobs.full': { sentence: 'there is no space left to store {key}', status: 507 },
  'blobs.unreachable': { sentence: 'the storage of {key} cannot be used: {reason}', status: 503 },
})
