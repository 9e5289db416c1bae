import { call as ask } from './b24'
import axios from 'axios'

declare const BX24: any
const WEBHOOK = process.env.B24_WEBHOOK

class Portal {
  private cache = new Map<string, string>()

  call<T>(method: string, params: object = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      BX24.callMethod(method, params, (r: any) => (r.error() ? reject(r.error()) : resolve(r.data()))) //! bx24.callMethod - +wrapper +promise-wrapper +dynamic-method
    })
  }

  async batch(cmd: object) {
    return new Promise((resolve) => {
      BX24.callBatch(cmd, (r: any) => resolve(r)) //! bx24.callBatch - +promise-no-reject -wrapper
    })
  }

  async deal(id: number) {
    await this.batch({ a: ['profile', {}] }) //! wrapper.batch
    return this.call<object>('crm.deal.get', { id }) //! wrapper.call crm.deal.get
  }

  async all(ids: number[]) {
    for (const id of ids) {
      await this.deal(id)
      await this.call('crm.deal.update', { id }) //! wrapper.call crm.deal.update +n-plus-1
    }
    this.cache.get('crm.deal')
    return Reflect.apply.call(this.call, null)
  }
}

const portal = new Portal()
portal.call('user.current') //! wrapper.call user.current
export const rest = (method: string, data = {}) => axios.post(`${WEBHOOK}/${method}`, data) //! http.rest - +wrapper +dynamic-method
rest('crm.lead.add', {}) //! wrapper.call crm.lead.add
export async function twice(name: string) {
  return rest(name) //! wrapper.call - +dynamic-method
}
twice('crm.lead.fields') //! wrapper.call crm.lead.fields
fetch('https://acme.bitrix24.com/rest/api/1/qwerty123456/tasks.task.get') //! http.rest tasks.task.get ; secret - +hard-coded-secret
fetch(`https://${domain}/rest/user.get?auth=${token}`) //! http.rest user.get
fetch('/api/rest/12/items')
translate.call('not.a.method')
