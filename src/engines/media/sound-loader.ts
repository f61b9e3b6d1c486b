import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock, Logger } from '#base'
import { readWav, wavToG711 } from '#protocols/audio'
import { MEDIA_ERRORS } from './media-errors.ts'
import type { Sound } from './sound.ts'

/** All prompts are held in memory; a library of more is a mistake in the folder's name. */
const PROMPTS_BYTES_MAX = 256 * 1024 * 1024

/** An hour in stereo; longer recordings are listened to in the browser. */
const RECORDING_BYTES_MAX = 64 * 1024 * 1024

/**
 * Loads every `.wav` under the folder; its name is the path without the ending (`digits/7`). A file that cannot be used is
 * logged and left out. Rejects with `media.prompts-unreadable` when the folder itself cannot be read.
 */
export async function loadPrompts(folder: string, logger: Logger): Promise<Map<string, Sound>> {
  const prompts = new Map<string, Sound>()
  const names = await readdir(folder, { recursive: true }).catch((cause: Error) => {
    throw MEDIA_ERRORS['media.prompts-unreadable']({ folder, reason: cause.message }, cause)
  })
  let bytes = 0
  for (const name of names.filter((entry) => entry.endsWith('.wav')).sort()) {
    const file = await readFile(join(folder, name)).catch(() => undefined)
    bytes += file?.length ?? 0
    const sound = file && bytes <= PROMPTS_BYTES_MAX ? soundOf(file) : undefined
    if (sound) prompts.set(name.replaceAll('\\', '/').slice(0, -'.wav'.length), sound)
    else logger.warn({ prompt: name }, 'prompt cannot be used')
  }
  return prompts
}

/** The cores of a machine bring what a new configuration names within milliseconds; a caller waits no longer than this for it. */
const SOUND_WAIT_MS = 2_000

/** How often it is looked whether it has come. */
const SOUND_POLL_MS = 100

/** Loads a sound that an administrator gave a prompt, waiting shortly while it is not there yet; rejects with `media.sound-unreadable`. */
export async function loadSound(sound: string, folder: string | undefined, clock: Clock): Promise<Sound> {
  if (folder === undefined)
    throw MEDIA_ERRORS['media.sound-unreadable']({ sound, reason: 'this process has no sounds' })
  const end = clock.monotonic() + SOUND_WAIT_MS
  for (;;) {
    const file = await readFile(join(folder, `${sound}.wav`)).catch(() => undefined)
    const loaded = file && soundOf(file)
    if (loaded) return loaded
    if (clock.monotonic() >= end) {
      const reason = file ? 'it is not a sound file of 8 kHz' : 'it is not on this machine'
      throw MEDIA_ERRORS['media.sound-unreadable']({ sound, reason })
    }
    await new Promise<void>((resolve) => clock.after(SOUND_POLL_MS, resolve))
  }
}

/** A recording of another machine is there within some hundred milliseconds, or after a machine that is dead was asked; a caller hears nothing meanwhile. */
const ELSEWHERE_WAIT_MS = 4_000

/** How often it is looked whether it has come; the wish is repeated as often, for whoever brings it may have thrown it away. */
const ELSEWHERE_POLL_MS = 100

/** How a process asks for recordings of other machines. */
export interface Elsewhere {
  /** Here it leaves an empty file of the recording's name. */
  readonly wishes: string
  /** Here it finds `<recording>.wav` then. */
  readonly brought: string
}

/** Where a recording may be. */
export interface RecordingPlaces {
  readonly folders: readonly string[]
  readonly elsewhere: Elsewhere | undefined
  readonly clock: Clock
}

/** Loads a finished recording from the first folder that has it, or from another machine; rejects with `media.recording-unreadable`. */
export async function loadRecording(recording: string, places: RecordingPlaces): Promise<Sound> {
  const { folders, elsewhere, clock } = places
  const all = elsewhere ? [...folders, elsewhere.brought] : folders
  const end = clock.monotonic() + ELSEWHERE_WAIT_MS
  try {
    for (;;) {
      const sound = await loadFrom(recording, all)
      if (sound) return sound
      if (!elsewhere) throw unreadable(recording, 'there is no finished recording of this name')
      if (clock.monotonic() >= end)
        throw unreadable(recording, 'it is not on this machine, and no other one gave it in time')
      await wish(recording, elsewhere.wishes)
      await new Promise<void>((resolve) => clock.after(ELSEWHERE_POLL_MS, resolve))
    }
  } finally {
    if (elsewhere) await rm(join(elsewhere.wishes, recording), { force: true }).catch(() => {})
  }
}

async function wish(recording: string, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, recording), '')
  } catch (cause) {
    throw unreadable(recording, cause instanceof Error ? cause.message : String(cause))
  }
}

/** Undefined when no folder has it. */
async function loadFrom(recording: string, folders: readonly string[]): Promise<Sound | undefined> {
  for (const folder of folders) {
    const path = join(folder, `${recording}.wav`)
    const size = (await stat(path).catch(() => undefined))?.size
    if (size === undefined) continue
    if (size > RECORDING_BYTES_MAX) throw unreadable(recording, `${size} bytes are too long to be played`)
    const file = await readFile(path).catch((error: Error) => {
      throw unreadable(recording, error.message)
    })
    const sound = soundOf(file)
    if (sound) return sound
    throw unreadable(recording, 'it is not a sound file of 8 kHz')
  }
  return undefined
}

function unreadable(recording: string, reason: string) {
  return MEDIA_ERRORS['media.recording-unreadable']({ recording, reason })
}

/** Both laws at once, in memory that the packet thread shares without a copy. */
function soundOf(file: Buffer): Sound | undefined {
  const wav = readWav(file)
  return wav && { PCMU: shared(wavToG711(wav, 'PCMU')), PCMA: shared(wavToG711(wav, 'PCMA')) }
}

function shared(octets: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(octets.length))
  copy.set(octets)
  return copy
}
