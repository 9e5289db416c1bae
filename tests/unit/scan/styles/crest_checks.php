<?php
function direct()
{
    $r = CRest::call('profile'); //! crest.call profile -no-error-check
    if ($r) {
        return $r['result'];
    }
}
function by_result()
{
    $r = CRest::call('profile'); //! crest.call profile -no-error-check
    return !empty($r['result']) ? $r['result'] : null;
}
function by_alias()
{
    $r = CRest::call('profile'); //! crest.call profile -no-error-check
    $user = $r['result'] ?? [];
    if (!$user) {
        return null;
    }
    return $user['ID'];
}
function by_part()
{
    $user = CRest::call('profile')['result']; //! crest.call profile -no-error-check
    if (empty($user)) {
        return null;
    }
    return $user['ID'];
}
function in_condition()
{
    if (($r = CRest::call('profile')) && isset($r['result'])) { //! crest.call profile -no-error-check
        return $r['result'];
    }
    if (!empty(CRest::call('scope')['error'])) { //! crest.call scope -no-error-check
        return null;
    }
}
function only_default()
{
    $r = CRest::call('profile'); //! crest.call profile +no-error-check
    return $r['result'] ?? [];
}
function of_another_request()
{
    $r = CRest::call('profile'); //! crest.call profile +no-error-check
    $name = $r['result']['NAME'];
    $r = CRest::call('scope'); //! crest.call scope -no-error-check
    if (isset($r['error'])) {
        return null;
    }
    return $name;
}
function only_next()
{
    $r = CRest::call('profile'); //! crest.call profile +no-error-check
    if ($r['total'] > 5) {
        log($r);
    }
}
function delegated()
{
    return CRest::call('profile'); //! crest.call profile -no-error-check
}
function delegated_later()
{
    $r = CRest::call('profile'); //! crest.call profile -no-error-check
    return $r;
}
function part_returned()
{
    return CRest::call('profile')['result']; //! crest.call profile +no-error-check
}
function thrown_away()
{
    CRest::call('event.bind', ['EVENT' => 'x']); //! crest.call event.bind +result-ignored +no-error-check
    @CRest::call('event.unbind', ['EVENT' => 'x']); //! crest.call event.unbind +result-ignored
}
function by_match()
{
    $r = CRest::call('profile'); //! crest.call profile -no-error-check
    return match (true) {
        isset($r['error']) => null,
        default => $r['result'],
    };
}
class Page
{
    public function load()
    {
        $this->answer = CRest::call('profile'); //! crest.call profile -no-error-check
        if (isset($this->answer['error'])) {
            return;
        }
    }
    public function loop($ids)
    {
        $r = CRest::call('scope'); //! crest.call scope -no-error-check
        while (true) {
            if (isset($r['error'])) {
                break;
            }
            $r = CRest::call('scope'); //! crest.call scope -no-error-check
        }
    }
}
