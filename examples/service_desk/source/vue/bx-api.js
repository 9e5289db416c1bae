// BX24.js behind promises, as the dashboard's front end has it.
export function callMethod(method, params) {
  return new Promise((resolve, reject) => {
    BX24.callMethod(method, params, (result) => {
      if (result.error()) {
        reject(new Error(result.error().error_description || 'Unknown error'))
      } else {
        resolve(result.data())
      }
    })
  })
}

export const currentUser = () => callMethod('user.current', {})
