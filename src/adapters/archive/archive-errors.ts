import { defineErrors } from '#base'

/** What can go wrong with one recording on its way to the archive, where it is tried again, or from machine to machine. */
export const ARCHIVE_ERRORS = defineErrors({
  'archive.damaged': {
    sentence: 'recording {recording} has the hash {found} in the archive, {expected} was written',
    status: 500,
  },
  'archive.cut': {
    sentence: 'of recording {recording} only {octets} of {expected} octets came from other machines',
    status: 503,
  },
  'archive.other-content': {
    sentence: 'recording {recording} came from {machine} with another content than was written',
    status: 502,
  },
})
