import { Button, Menu, VisuallyHidden } from '@mantine/core'
import type { AgentLive } from '#api/contract'
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
}) {
  const { t } = useWords()
  const { station, agent, phone } = props
  const { registration, call } = useStore(phone?.state ?? NO_PHONE)
  const isHere = station === 'browser'
  const { extension } = agent
  const own = t(agent.reachable ? 'station.registered' : 'station.missing', { extension })
  const tone = isHere ? TONES[registration] : agent.reachable ? 'ready' : 'off'
  return (
    <Menu position="bottom-end" width={240} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          data-station={station}
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
            aria-current={one === station}
            fw={one === station ? 700 : 400}
            disabled={call !== undefined || (one === 'browser' && !mayTalkHere(navigator))}
            onClick={() => props.onChoose(one)}
          >
            {t(`station.${one}`)}
          </Menu.Item>
        ))}
        {!mayTalkHere(navigator) && <Menu.Label>{t('station.insecure')}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}
