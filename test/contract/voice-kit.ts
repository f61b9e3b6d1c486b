import { VOICE_MESSAGE_MS_MIN } from '#kernel/mailbox'
import { pcm16Wave } from '#protocols/audio'
import type { TestCentre } from './api-kit.ts'

/** Somebody calls the main number, takes 4 of its menu and speaks for a second after the beep; returns the message for support. */
export async function leaveMessage(centre: TestCentre, interaction: string, from = '+493012345'): Promise<string> {
  const participant = `${interaction}.p1`
  const heard = () => {
    const phase = centre.state.interactions.get(interaction)?.phase
    const visit = phase?.state === 'in-flow' ? phase.visit : 0
    return centre.submit({ type: 'EndProgram', interaction, participant, program: `${interaction}.v${visit}` })
  }
  await centre.call(interaction, '1000', from)
  await heard()
  await centre.submit({ type: 'PressDigit', interaction, participant, digit: '4' })
  await heard()
  const message = `${interaction}.r1`
  const begun = centre.state.interactions.get(interaction)?.recordings.find(({ id }) => id === message)?.startedAt
  if (begun === undefined) throw new Error(`${message} has not begun`)
  while (Date.now() < begun + VOICE_MESSAGE_MS_MIN) {
    await new Promise((resolve) => setTimeout(resolve, begun + VOICE_MESSAGE_MS_MIN - Date.now()))
  }
  await centre.submit({ type: 'ReportCleared', interaction, participant, reason: 'hung-up' })
  return message
}

/** The media process has finished the sound, and it is in the archive. */
export async function storeMessage(centre: TestCentre, recording: string, durationMs = 1_500): Promise<Buffer> {
  const interaction = recording.slice(0, recording.lastIndexOf('.'))
  const tone = Int16Array.from({ length: 8 * durationMs }, (_, at) => Math.round(9_000 * Math.sin(at / 3)))
  const file = pcm16Wave(tone)
  const blobKey = `recordings/${recording}.wav`
  await centre.blobs.put(blobKey, file)
  await centre.recordings.upsert({
    ...{ id: recording, interaction, startedAt: Date.now(), durationMs, channels: 1, codec: 'pcm' },
    ...{ state: 'stored', blobKey, sizeBytes: file.length, attributes: {} },
  })
  await centre.submit({ type: 'SealRecording', interaction, recording, durationMs, bytes: file.length, sha256: 'f' })
  return file
}
