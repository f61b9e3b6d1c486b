import { Button, Menu, VisuallyHidden } from '@mantine/core'
import type { AgentLive } from '#api/contract'
import { isByPhone } from '../../models/desk.ts'
import type { Softphone } from '../../models/softphone.ts'
import type { SoftphoneState } from '../../models/softphone-state.ts'
import { mayTalkHere, type Station } from '../../models/station.ts'
import { Store } from '../../models/store.ts'
import { Dot } from '../../ui/dot.tsx'
import type { Tone } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useStore } from '../../ui/use-store.ts'

const STATIONS = ['browser', 'phone'] as const

const TONES: Readonly<Record<SoftphoneState['registration'], Tone>> = {
  off: 'off',
  connecting: 'waiting',
  registered: 'ready',
  refused: 'late',
}

const NO_PHONE = new Store<SoftphoneState>({ registration: 'off', devices: { inputs: [], outputs: [] } })

/** Where the agent talks, whether that is there, and the choice. During a call it stays: another phone would not have the call. */
export function StationChoice(props: {
  station: Station
  agent: AgentLive
  phone: Softphone | undefined
  onChoose: (station: Station) => void
  /** No telephone number outside shall ring any more. */
  onNoNumber: () => void
  /** One shall: it is asked for. Absent where that is not offered. */
  onAskNumber?: () => void
}) {
  const { t } = useWords()
  const { station, agent, phone } = props
  const { registration, call } = useStore(phone?.state ?? NO_PHONE)
  const { extension, station: number = null } = agent
  const isHere = station === 'browser' && number === null
  const registered = t(agent.reachable ? 'station.registered' : 'station.missing', { extension })
  const own = number === null ? registered : t('station.outside', { number })
  const isBusy =
    call !== undefined || agent.work.some(({ state, medium }) => state !== 'wrapping-up' && isByPhone(medium))
  const choose = (one: Station): void => {
    props.onChoose(one)
    if (number !== null) props.onNoNumber()
  }
  const tone = isHere ? TONES[registration] : agent.reachable ? 'ready' : 'off'
  return (
    <Menu position="bottom-end" width={240} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          data-station={number === null ? station : 'number'}
          data-registration={isHere ? registration : undefined}
          leftSection={<Dot tone={tone} />}
        >
          <VisuallyHidden>{t('station.label')}: </VisuallyHidden>
          {isHere ? t(`registration.${registration}`) : own}
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('station.choose')}>
        {STATIONS.map((one) => (
          <Menu.Item
            key={one}
            aria-current={number === null && one === station}
            fw={number === null && one === station ? 700 : 400}
            disabled={isBusy || (one === 'browser' && !mayTalkHere(navigator))}
            onClick={() => choose(one)}
          >
            {t(`station.${one}`)}
          </Menu.Item>
        ))}
        {props.onAskNumber && (
          <Menu.Item
            aria-current={number !== null}
            fw={number === null ? 400 : 700}
            disabled={isBusy}
            onClick={props.onAskNumber}
          >
            {t('station.number')}
          </Menu.Item>
        )}
        {!mayTalkHere(navigator) && <Menu.Label>{t('station.insecure')}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}
