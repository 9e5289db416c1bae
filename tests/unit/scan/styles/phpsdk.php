<?php
use Bitrix24\SDK\Services\ServiceBuilderFactory;

class Deals
{
    public function __construct(private ServiceBuilder $b24) {}

    public function load()
    {
        $list = $this->b24->getCRMScope()->deal()->list([], [], ['ID'], 0)->getDeals(); //! b24phpsdk.service
        $crm = $this->b24->getCRMScope(); //! b24phpsdk.service
        $crm->contact()->get(1);
        return $this->b24->core->call('crm.item.get', ['id' => 1]); //! b24phpsdk.core.call crm.item.get
    }
}
$b24 = ServiceBuilderFactory::createServiceBuilderFromWebhook($url); //! b24phpsdk.init
$users = $b24 //! b24phpsdk.service
    ->getUserScope()
    ->user()
    ->get([], []);
