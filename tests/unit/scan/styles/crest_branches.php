<?php
function save($fields, $isLead)
{
    if ($isLead) {
        $answer = CRest::call('crm.lead.add', ['fields' => $fields]); //! crest.call crm.lead.add -no-error-check
    } else {
        $answer = CRest::call('crm.deal.add', ['fields' => $fields]); //! crest.call crm.deal.add -no-error-check
    }
    if (isset($answer['error'])) {
        throw new Exception($answer['error']);
    }
}
function twice($fields)
{
    $answer = CRest::call('crm.lead.add', ['fields' => $fields]); //! crest.call crm.lead.add +no-error-check
    $answer = CRest::call('crm.deal.add', ['fields' => $fields]); //! crest.call crm.deal.add -no-error-check
    if (isset($answer['error'])) {
        throw new Exception($answer['error']);
    }
}
class Held
{
    private $ask;

    public function __construct()
    {
        $this->ask = function ($method, $params) {
            return CRest::call($method, $params); //! crest.call - +wrapper +dynamic-method
        };
    }

    public function lead($id)
    {
        return ($this->ask)('crm.lead.get', ['id' => $id]); //! wrapper.call crm.lead.get
    }

    public function with(callable $given)
    {
        return $given('crm.contact.get', ['id' => 3]); //! wrapper.call crm.contact.get
    }
}
