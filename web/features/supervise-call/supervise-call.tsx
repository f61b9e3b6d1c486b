import { Button, Group } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { InteractionView, Session } from '#api/contract'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import type { Board } from '../../models/board.ts'
import {
  canBeSupervised,
  type OwnSupervision,
  ownSupervision,
  STOP_KEY,
  SUPERVISION_MODES,
  type SupervisionMode,
  supervisionKeyOf,
  supervisionModesOf,
} from '../../models/supervision.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './supervise-call.module.css'

/** Listen, coach, join or take over, and what the supervisor is in the conversation now. Nothing where that cannot be or may not be. */
export function SuperviseCall(props: {
  call: InteractionView | undefined
  board: Board
  session: Session
  /** It is heard by the phone of this page. */
  isHere: boolean
  /** The own phone is about to ring for that call. */
  onAsk: (id: string) => void
}) {
  const { call, board, session, isHere } = props
  const { t } = useWords()
  const own = call && ownSupervision(call, session.user, board.agents)
  const modes = supervisionModesOf(session)
  const isPossible = call !== undefined && (own !== undefined || canBeSupervised(call, session.user))
  const { ask, problem } = useAsking(call?.id, session.token)
  const [isSure, setSure] = useState(false)
  const isOffered = isPossible && modes.length > 0
  const choose = (mode: SupervisionMode): void => {
    if (mode === own?.mode) return
    setSure(mode === 'take-over')
    if (mode !== 'take-over') be(mode)
  }
  const be = (mode: SupervisionMode): void => {
    if (call && !own) props.onAsk(call.id)
    void ask('supervise', { mode })
  }
  useKeys(isOffered, modes, (key) => {
    if (key !== 'stop') choose(key)
    else if (own) void ask('release')
  })
  if (!isOffered) return null
  return (
    <section className={styles['box']} data-supervised={own ? own.mode : 'none'} aria-label={t('monitor.title')}>
      <p role="status" className={styles['state']}>
        {own ? supervisionWords(own, t, isHere) : t(isHere ? 'monitor.noneHere' : 'monitor.none')}
      </p>
      {own?.mode !== 'take-over' && (
        <Group gap="xs">
          {SUPERVISION_MODES.filter(({ mode }) => modes.includes(mode)).map(({ mode, label }) => (
            <Button
              key={mode}
              size="xs"
              variant={own?.mode === mode ? 'filled' : 'default'}
              aria-pressed={own?.mode === mode}
              aria-keyshortcuts={label}
              title={`${t(`monitorMeans.${mode}`)} (${label})`}
              onClick={() => choose(mode)}
            >
              {t(`monitor.${mode}`)}
            </Button>
          ))}
        </Group>
      )}
      {isSure && own?.mode !== 'take-over' && (
        <div className={styles['sure']} role="alertdialog" aria-label={t('monitor.sure')}>
          <span>{t('monitor.sure')}</span>
          <Button
            size="xs"
            color="red"
            autoFocus
            onClick={() => {
              setSure(false)
              be('take-over')
            }}
          >
            {t('monitor.doIt')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setSure(false)}>
            {t('monitor.dont')}
          </Button>
        </div>
      )}
      {own && canMute(own) && (
        <Button
          size="xs"
          variant={own.isMuted ? 'filled' : 'default'}
          aria-pressed={own.isMuted}
          data-own-mute
          onClick={() => void ask('mute', { muted: !own.isMuted })}
        >
          {t('control.mute')}
        </Button>
      )}
      {own && (
        <Button
          size="xs"
          variant="default"
          c="var(--late)"
          aria-keyshortcuts={STOP_KEY.label}
          title={STOP_KEY.label}
          onClick={() => void ask('release')}
        >
          {t(own.mode === 'join' || own.mode === 'take-over' ? 'monitor.leave' : 'monitor.stop')}
        </Button>
      )}
      {problem !== '' && (
        <p role="alert" className={styles['problem']}>
          {problem}
        </p>
      )}
    </section>
  )
}

/** Who is heard by all may be heard by nobody for a while. */
function canMute({ mode, rings }: OwnSupervision): boolean {
  return !rings && (mode === 'join' || mode === 'take-over')
}

/** What somebody is in a conversation, in a sentence; a phone of the page itself is answered by itself. */
function supervisionWords(
  { call, mode, rings, agent }: OwnSupervision,
  t: ReturnType<typeof useWords>['t'],
  isHere = false,
): string {
  const from = call.from || t('calls.unknown')
  if (rings && isHere) return t('monitor.ringsHere', { mode: t(`monitor.${mode}`), from })
  if (rings) return t('monitor.rings', { mode: t(`monitor.${mode}`), from })
  return t(`monitorIs.${mode}`, { agent: agent ?? '', from })
}

/** The conversations of others that the supervisor is with, on every view of the page: they are heard wherever one looks. */
export function SupervisionBar(props: { supervisions: readonly OwnSupervision[]; onOpen: (id: string) => void }) {
  const { t } = useWords()
  if (props.supervisions.length === 0) return null
  return (
    <ul className={styles['bar']} aria-label={t('monitor.title')}>
      {props.supervisions.map((one) => (
        <li key={one.call.id} data-supervising={one.call.id}>
          <span role="status">{supervisionWords(one, t)}</span>
          <Button size="xs" variant="default" onClick={() => props.onOpen(one.call.id)}>
            {t('monitor.open')}
          </Button>
        </li>
      ))}
    </ul>
  )
}

/** What was refused is told in words until something else is asked. The same asked twice does nothing twice, so nothing is held back. */
function useAsking(id: string | undefined, token: string) {
  const { t } = useWords()
  const [problem, setProblem] = useState('')
  const ask = async (what: 'supervise' | 'release' | 'mute', body: unknown = {}): Promise<void> => {
    if (id === undefined) return
    setProblem('')
    try {
      await new ApiClient(token).send('POST', `/interactions/${encodeURIComponent(id)}/${what}`, body)
    } catch (error) {
      const detail = error instanceof ApiProblem ? error.message : ''
      setProblem(`${t('agentControl.refused', { detail })} ${t('monitor.hint')}`)
    }
  }
  return { ask, problem }
}

function useKeys(
  isOn: boolean,
  modes: readonly SupervisionMode[],
  obey: (key: SupervisionMode | 'stop') => void,
): void {
  const latest = useRef(obey)
  latest.current = obey
  useEffect(() => {
    if (!isOn) return
    const press = (event: KeyboardEvent): void => {
      const key = supervisionKeyOf(event)
      if (!key || (key !== 'stop' && !modes.includes(key))) return
      event.preventDefault()
      latest.current(key)
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [isOn, modes])
}
