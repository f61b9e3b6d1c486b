export {
  type AnyWave,
  framesOf,
  monoFrames,
  pcm16Wave,
  readAnyWave,
  type WaveEncoding,
  type WaveFault,
} from './any-wave.ts'
export { DtmfDetector, dtmfSamples, dtmfTone, type HeardTone } from './dtmf.ts'
export { decodeG711, encodeG711, type G711, G711_SILENCE, g711Sample, transcodeG711 } from './g711.ts'
export { createOpusCodec, type OpusCodec, opusSamples } from './opus.ts'
export { TELEPHONE_RATE_HZ, toTelephone } from './resample.ts'
export { G711_WAV_HEADER_BYTES, g711WavHeader, readWav, type WavSound, wavToG711 } from './wav.ts'
