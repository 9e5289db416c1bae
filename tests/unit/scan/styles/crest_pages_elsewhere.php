<?php
function all($method, $params)
{
    $rows = [];
    do {
        $r = CRest::call($method, $params); //! crest.call - +pagination-loop +wrapper
        if (isset($r['error'])) {
            break;
        }
        $rows = array_merge($rows, $r['result']);
        $params['start'] = $r['next'] ?? null;
    } while (!empty($r['next']));
    return $rows;
}
function one($method, $params)
{
    return CRest::call($method, $params); //! crest.call - +wrapper -no-error-check
}
function deals()
{
    return all('crm.deal.list', ['select' => ['ID']]); //! wrapper.call crm.deal.list -single-page-list
}
function first()
{
    return one('crm.deal.list', ['select' => ['ID']]); //! wrapper.call crm.deal.list +single-page-list
}
function recursive($start)
{
    $r = CRest::call('user.get', ['start' => $start]); //! crest.call user.get +pagination-loop
    return empty($r['next']) ? $r['result'] : array_merge($r['result'], recursive($r['next']));
}
function flush($ids)
{
    $cmd = [];
    foreach ($ids as $id) {
        $cmd[] = ['method' => 'crm.deal.get', 'params' => ['id' => $id]];
        if (count($cmd) >= 50) {
            $r = CRest::callBatch($cmd); //! crest.callBatch - -n-plus-1 -batch-unbounded
            $cmd = [];
        }
    }
}
