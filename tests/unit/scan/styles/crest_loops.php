<?php
function by_next()
{
    $params = ['filter' => ['OPENED' => 'Y'], 'start' => 0];
    do {
        $r = CRest::call('crm.lead.list', $params); //! crest.call crm.lead.list +pagination-loop -n-plus-1 -single-page-list -infinite-loop-bug
        if (isset($r['error'])) {
            break;
        }
        $params['start'] = $r['next'] ?? null;
    } while (!empty($r['next']));
}
function by_while_true()
{
    $start = 0;
    while (true) {
        $r = CRest::call('crm.deal.list', ['start' => $start]); //! crest.call crm.deal.list +pagination-loop -infinite-loop-bug
        if (empty($r['result'])) {
            break;
        }
        if (!isset($r['next'])) {
            break;
        }
        $start = $r['next'];
    }
}
function by_range($total)
{
    foreach (range(0, $total, 50) as $start) {
        $r = CRest::call('crm.deal.list', ['start' => $start]); //! crest.call crm.deal.list +pagination-loop -n-plus-1
        keep($r);
    }
}
function by_pages()
{
    $first = CRest::call('crm.deal.list', ['select' => ['ID']]); //! crest.call crm.deal.list -single-page-list
    $pages = ceil($first['total'] / 50);
    for ($page = 0; $page < $pages; $page++) {
        $r = CRest::call('crm.deal.list', ['start' => $page * 50]); //! crest.call crm.deal.list +pagination-loop +pagination-total
        keep($r);
    }
}
function by_last_id()
{
    $id = 0;
    do {
        $r = CRest::call('crm.deal.list', ['filter' => ['>ID' => $id], 'start' => -1]); //! crest.call crm.deal.list +pagination-loop +start-minus-one
        foreach ($r['result'] as $row) {
            $id = $row['ID'];
        }
    } while (count($r['result']) == 50);
}
function per_element($deals)
{
    foreach ($deals as $deal) {
        $r = CRest::call('crm.contact.get', ['ID' => $deal['CONTACT_ID']]); //! crest.call crm.contact.get +n-plus-1 -pagination-loop
        keep($r);
    }
    for ($i = 0; $i < count($deals); $i++) {
        CRest::call('crm.deal.update', ['id' => $deals[$i]['ID']]); //! crest.call crm.deal.update +n-plus-1
    }
    array_map(function ($deal) {
        return CRest::call('crm.deal.get', ['id' => $deal]); //! crest.call crm.deal.get +n-plus-1
    }, $deals);
    foreach (CRest::call('user.get')['result'] as $user) { //! crest.call user.get -n-plus-1
        keep($user);
    }
}
function inside_pages($start)
{
    do {
        $r = CRest::call('crm.deal.list', ['start' => $start]); //! crest.call crm.deal.list +pagination-loop -n-plus-1
        foreach ($r['result'] as $deal) {
            CRest::call('crm.deal.contact.items.get', ['id' => $deal['ID']]); //! crest.call crm.deal.contact.items.get +n-plus-1 -pagination-loop
        }
        $start = $r['next'];
    } while ($r['next']);
}
function chunks($ids)
{
    $chunks = array_chunk($ids, 50);
    foreach ($chunks as $chunk) {
        $r = CRest::call('user.get', ['ID' => $chunk]); //! crest.call user.get +chunked-loop -n-plus-1
        keep($r);
    }
    for ($i = 0; $i < count($ids); $i += 50) {
        $part = array_slice($ids, $i, 50);
        $r = CRest::call('user.get', ['ID' => $part]); //! crest.call user.get +chunked-loop -n-plus-1
        keep($r);
    }
}
function tries($fields)
{
    $attempt = 0;
    while ($attempt < 3) {
        $r = CRest::call('crm.deal.add', ['fields' => $fields]); //! crest.call crm.deal.add +hand-retry -n-plus-1 +throttle-sleep
        if (!isset($r['error'])) {
            return $r;
        }
        $attempt++;
        sleep(1);
    }
}
function only_first()
{
    $r = CRest::call('tasks.task.list', ['filter' => ['STATUS' => 3]]); //! crest.call tasks.task.list +single-page-list
    if (isset($r['error'])) {
        return [];
    }
    return $r['result']['tasks'];
}
function small()
{
    $a = CRest::call('crm.status.list'); //! crest.call crm.status.list -single-page-list
    $b = CRest::call('user.get', ['ID' => 5]); //! crest.call user.get -single-page-list
    $c = CRest::call('crm.deal.list', ['filter' => ['ID' => [1, 2]]]); //! crest.call crm.deal.list -single-page-list
    $d = CRest::call('crm.deal.userfield.list'); //! crest.call crm.deal.userfield.list -single-page-list
    if ($a['error'] || $b['error'] || $c['error'] || $d['error']) {
        return;
    }
    return [$a, $b, $c, $d];
}
function stale($r)
{
    $r = CRest::call('crm.deal.list', ['start' => 0]); //! crest.call crm.deal.list +infinite-loop-bug -pagination-loop
    while ($r['next']) {
        keep($r['result']);
    }
}
function rows_only()
{
    $r = CRest::call('crm.deal.list', ['start' => 0]); //! crest.call crm.deal.list -infinite-loop-bug
    while ($row = array_shift($r['result'])) {
        keep($row);
    }
    for ($i = 0; $i < count($r['result']); $i++) {
        keep($r['result'][$i]);
    }
}
function misplaced()
{
    $start = 0;
    do {
        $r = CRest::call('crm.item.list', ['start' => $start]); //! crest.call crm.item.list +pagination-next-misplaced +pagination-loop
        keep($r['result']['items']);
        $start = $r['result']['next'] ?? null;
    } while ($start);
}
