(async function () {
  const place = (id) => document.getElementById(id);
  place('finish').onclick = () => bitrix24.installFinish();
  try {
    await bitrix24.init();
    const user = await bitrix24.getUser();
    place('user').textContent = [user.LAST_NAME, user.NAME].filter(Boolean).join(' ') || 'ID ' + user.ID;
    const items = await bitrix24.list('crm.item.list', {entityTypeId: 140, select: ['id', 'title'], order: {id: 'ASC'}});
    for (const item of items) {
      place('items').append(Object.assign(document.createElement('li'), {textContent: item.title}));
    }
    document.body.dataset.ready = 'yes';
  } catch (error) {
    place('error').hidden = false;
    place('error').textContent = error.message;
    document.body.dataset.ready = 'failed';
  }
}());
