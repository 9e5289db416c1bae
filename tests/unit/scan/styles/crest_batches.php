<?php
function grows($ids)
{
    $cmd = [];
    foreach ($ids as $id) {
        $cmd[] = ['method' => 'crm.deal.get', 'params' => ['id' => $id]];
    }
    $r = CRest::callBatch($cmd); //! crest.callBatch - +batch-built +batch-unbounded
    if (isset($r['error'])) {
        return;
    }
}
function mapped($ids)
{
    $cmd = array_map(fn($id) => ['method' => 'crm.deal.get', 'params' => ['id' => $id]], $ids);
    return CRest::callBatch($cmd, 1); //! crest.callBatch - +batch-built +batch-unbounded -no-error-check
}
function counted($ids)
{
    $cmd = [];
    foreach ($ids as $id) {
        $cmd[$id] = ['method' => 'crm.deal.get', 'params' => ['id' => $id]];
        if (count($cmd) == 50) {
            $r = CRest::callBatch($cmd); //! crest.callBatch - +batch-built -batch-unbounded
            $cmd = [];
        }
    }
}
function fixed()
{
    $cmd = ['me' => ['method' => 'user.current'], 'app' => ['method' => 'app.info']];
    $r = CRest::callBatch($cmd); //! crest.callBatch - +batch-built -batch-unbounded
    foreach (['lead', 'deal'] as $kind) {
        $more[$kind] = ['method' => "crm.$kind.fields"];
    }
    $s = CRest::callBatch($more); //! crest.callBatch - +batch-built -batch-unbounded
    return [$r, $s];
}
function cut($ids)
{
    foreach (array_chunk($ids, 50) as $part) {
        $cmd = [];
        foreach ($part as $id) {
            $cmd[] = ['method' => 'crm.deal.get', 'params' => ['id' => $id]];
        }
        $r = CRest::callBatch($cmd); //! crest.callBatch - +chunked-loop -batch-unbounded -n-plus-1
        if ($r['error']) {
            break;
        }
    }
}
function by_hand($ids)
{
    return CRest::call('batch', ['cmd' => $ids]); //! crest.call batch +raw-batch -dynamic-method
}
