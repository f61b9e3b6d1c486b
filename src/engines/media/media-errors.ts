import { defineErrors } from '#base'

/** What a media process refuses, and why. */
export const MEDIA_ERRORS = defineErrors({
  'media.request-invalid': { sentence: 'the request does not fit at {path}: {reason}', status: 400 },
  'media.sessions-full': { sentence: 'this media process has its {sessionsMax} sessions', status: 503 },
  'media.ports-exhausted': { sentence: 'no free pair of ports from {from} to {to}', status: 503 },
  'media.session-unknown': { sentence: 'there is no session {session} here', status: 404 },
  'media.recording-unknown': { sentence: 'there is no recording {recording} here', status: 404 },
  'media.recording-sealed': { sentence: 'recording {recording} is sealed: a new part needs a new id', status: 409 },
  'media.recordings-full': { sentence: 'this media process has its {recordingsMax} recordings', status: 503 },
  'media.recording-failed': { sentence: 'recording {recording} cannot be written: {reason}', status: 500 },
  'media.recording-unreadable': { sentence: 'recording {recording} cannot be played: {reason}', status: 404 },
  'media.sound-unreadable': { sentence: 'the sound {sound} of a prompt cannot be played: {reason}', status: 404 },
  'media.prompts-unreadable': { sentence: 'the prompt folder {folder} cannot be read: {reason}', status: 500 },
  'media.thread-failed': { sentence: 'the packet thread ended: {reason}', status: 500 },
})
