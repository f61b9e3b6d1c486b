import { Button, Group, NativeSelect } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { ApiClient } from '../../models/api-client.ts'
import { clockDuration } from '../../models/duration.ts'
import { outlineOf, readWave, type Wave } from '../../models/wave.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './recording-player.module.css'

/** As many strokes as fit beside each other on a drawer. */
const STRETCHES = 240
const SKIP_S = 10
const SPEEDS = ['0.75', '1', '1.25', '1.5', '2']

/** A recording, fetched when somebody asks to hear it and not before: each hearing is noted with who heard. */
export function RecordingPlayer({ id, token }: { id: string; token: string }) {
  const { t } = useWords()
  const [wanted, setWanted] = useState(false)
  return (
    <div className={styles['recording']} data-recording={id}>
      <div className={styles['name']}>{id}</div>
      {wanted ? (
        <Fetched id={id} token={token} />
      ) : (
        <Button size="xs" variant="default" onClick={() => setWanted(true)}>
          {t('recording.hear')}
        </Button>
      )}
    </div>
  )
}

interface Sound {
  readonly url: string
  readonly wave: Wave | undefined
}

/** The sound of a recording, fetched and played at once. */
export function RecordingSound(props: { id: string; token: string; onPlay: () => void }) {
  return <Fetched {...props} isAsked />
}

interface Played {
  readonly id: string
  /** Plays as soon as it is there. */
  readonly isAsked?: boolean
  readonly onPlay?: () => void
}

function Fetched({ id, token, ...played }: Played & { token: string }) {
  const { t } = useWords()
  const [sound, setSound] = useState<Sound | 'loading' | 'failed'>('loading')
  useEffect(() => {
    let url: string | undefined
    let isCurrent = true
    new ApiClient(token).bytes(`/recordings/${encodeURIComponent(id)}/audio?format=pcm`).then(
      (file) => {
        if (!isCurrent) return
        url = URL.createObjectURL(new Blob([file], { type: 'audio/wav' }))
        setSound({ url, wave: readWave(file, STRETCHES) })
      },
      () => isCurrent && setSound('failed'),
    )
    return () => {
      isCurrent = false
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [id, token])
  if (typeof sound === 'string') return <p role="status">{t(`recording.${sound}`)}</p>
  return <Player id={id} sound={sound} {...played} />
}

function Player({ id, sound: { url, wave }, isAsked = false, onPlay }: Played & { sound: Sound }) {
  const { t } = useWords()
  const audio = useRef<HTMLAudioElement>(null)
  const [atMs, setAtMs] = useState(0)
  const [plays, setPlays] = useState(false)
  const [speed, setSpeed] = useState('1')
  const durationMs = wave?.durationMs ?? 0
  const seek = (ms: number): void => {
    if (!audio.current) return
    audio.current.currentTime = Math.max(0, ms) / 1000
    setAtMs(Math.max(0, ms))
  }
  const skip = (seconds: number) => () => seek(1000 * ((audio.current?.currentTime ?? 0) + seconds))
  const toggle = (): void => {
    if (plays) audio.current?.pause()
    else void audio.current?.play().catch(() => {})
  }
  return (
    <div className={styles['player']} data-plays={plays}>
      {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down what was said. */}
      <audio
        ref={audio}
        src={url}
        autoPlay={isAsked}
        onTimeUpdate={({ currentTarget }) => setAtMs(1000 * currentTarget.currentTime)}
        onPlay={() => {
          setPlays(true)
          onPlay?.()
        }}
        onPause={() => setPlays(false)}
      />
      {wave && <Picture wave={wave} part={durationMs === 0 ? 0 : atMs / durationMs} />}
      <input
        type="range"
        className={styles['place']}
        min={0}
        max={Math.max(1, durationMs)}
        step={100}
        value={Math.min(atMs, Math.max(1, durationMs))}
        aria-label={t('recording.place')}
        aria-valuetext={clockDuration(atMs)}
        onChange={({ currentTarget }) => seek(Number(currentTarget.value))}
      />
      <Group gap="xs">
        <Button size="xs" onClick={toggle}>
          {t(plays ? 'recording.pause' : 'recording.play')}
        </Button>
        <Button size="xs" variant="default" onClick={skip(-SKIP_S)}>
          {t('recording.back', { count: SKIP_S })}
        </Button>
        <Button size="xs" variant="default" onClick={skip(SKIP_S)}>
          {t('recording.ahead', { count: SKIP_S })}
        </Button>
        <NativeSelect
          size="xs"
          aria-label={t('recording.speed')}
          value={speed}
          data={SPEEDS.map((value) => ({ value, label: `${value} ×` }))}
          onChange={({ currentTarget }) => {
            setSpeed(currentTarget.value)
            if (audio.current) audio.current.playbackRate = Number(currentTarget.value)
          }}
        />
        <span className={styles['time']}>
          {clockDuration(atMs)} / {clockDuration(durationMs)}
        </span>
        <a href={url} download={`${id}.wav`}>
          {t('recording.keep')}
        </a>
      </Group>
    </div>
  )
}

/** One line a channel: who called above, who answered below. The list of calls says the same without a picture. */
function Picture({ wave, part }: { wave: Wave; part: number }) {
  return (
    <div className={styles['picture']} aria-hidden="true" data-channels={wave.peaks.length}>
      {wave.peaks.map((peaks, channel) => (
        <svg
          aria-hidden="true"
          // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its number.
          key={channel}
          className={styles['channel']}
          viewBox={`0 0 ${STRETCHES} 2`}
          preserveAspectRatio="none"
        >
          <path d={outlineOf(peaks)} />
          <line x1={part * STRETCHES} x2={part * STRETCHES} y1="0" y2="2" />
        </svg>
      ))}
    </div>
  )
}
