import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PromptSounds } from '#adapters/prompts'
import type { HttpApiPorts } from '#api/http'
import { BUILT_IN_PROMPTS } from '#kernel/config'
import type { Blobs } from '#seams/blobs'
import { PostgresSounds } from '#seams/store'
import { PROMPTS_FOLDER } from './prompts-folder.ts'
import type { ServingOptions } from './serving-options.ts'

/** The sounds of prompts, brought to this machine whenever the configuration names others. */
export function openSounds({ store, fold, clock, logger }: ServingOptions, own: Blobs): PromptSounds {
  const configuration = () => fold.states.centre.configuration
  const sounds = new PromptSounds({ sounds: new PostgresSounds(store), blobs: own, configuration, clock, logger })
  let seen = configuration().version
  fold.onCommitted(() => {
    if (configuration().version === seen) return
    seen = configuration().version
    sounds.look()
  })
  sounds.look()
  return sounds
}

/** What the API sees of them. */
export function soundsPort(sounds: PromptSounds): HttpApiPorts['sounds'] {
  return {
    take: (file, how) => sounds.take(file, how),
    file: (sound) => sounds.file(sound),
    missing: (ids) => sounds.missing(ids),
    builtIn: async (name) =>
      BUILT_IN_PROMPTS.includes(name) ? readFile(join(PROMPTS_FOLDER, `${name}.wav`)) : undefined,
  }
}
