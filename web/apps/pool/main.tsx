import { SignedIn } from '../../shell/signed-in.tsx'
import { startApp } from '../../shell/start-app.tsx'
import { PoolPage } from './pool-page.tsx'

await startApp(<SignedIn page={PoolPage} />)
